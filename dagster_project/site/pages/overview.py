"""England: the core set at a glance."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dagster_project.dictionary import ENGLAND
from dagster_project.site import restated, words
from dagster_project.site.pages.page import Page
from dagster_project.site.reading import PUBLISHED, Facts, Measure, Row


@dataclass(frozen=True)
class Line:
    """A measure on the page: England's newest figure, and the verdicts on the authorities' change."""

    measure: Measure
    period: str
    row: Row | None
    earlier: Row | None
    sentence: str
    counts: Mapping[str, int]
    restated: int | None


def pages(facts: Facts) -> Iterator[Page]:
    """The first page."""
    restatements = restated.counts(facts)
    lines = [_line(facts, measure, restatements) for measure in facts.measures.values()]
    yield Page(
        path="index.html",
        template="overview.html.j2",
        title="Signal and noise in children’s social care",
        lead=_finding(lines),
        context={"lines": lines, "is_first": restatements is None},
    )


def _line(facts: Facts, measure: Measure, restatements: Mapping[str, int] | None) -> Line:
    period = facts.latest(measure.measure_id)
    change = facts.changes.get((measure.measure_id, PUBLISHED, ENGLAND), {}).get("previous")
    if period is None:
        sentence = "No publisher prints it: it is worked out from returns alone."
    elif change is None:
        sentence = "There is no earlier figure to compare it with."
    else:
        sentence = change["sentence"]
    return Line(
        measure=measure,
        period=measure.period(period) if period else "",
        row=facts.figure(measure.measure_id, ENGLAND, period) if period else None,
        earlier=facts.figure(measure.measure_id, ENGLAND, change["from_period"]) if change else None,
        sentence=sentence,
        counts=verdicts(facts, measure.measure_id),
        restated=None if restatements is None else restatements.get(measure.measure_id, 0),
    )


def verdicts(facts: Facts, measure_id: str) -> Mapping[str, int]:
    """How many real authorities earned each verdict, by the newest published figure and the one before."""
    found = Counter(
        change["previous"]["verdict"]
        for area in facts.authorities
        if not area.is_fictional
        if "previous" in (change := facts.changes.get((measure_id, PUBLISHED, area.area_code), {}))
    )
    return {name: found[name] for name in words.VERDICTS}


def _finding(lines: list[Line]) -> str:
    """How many changes stand out, of how many that could be tested."""
    total: Counter[str] = Counter()
    for line in lines:
        total.update(line.counts)
    tested = sum(total.values()) - total["cannot_tell"]
    if not tested:
        return "No change since the year before could be tested."
    return (
        f"Of {tested:,} changes of a figure of an authority since the year before, {total['signal']:,} are a "
        f"signal and {total['watch']:,} are to be watched. The rest cannot be told from ordinary variation."
    )
