"""England: the core set at a glance."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dagster_project.dictionary import ENGLAND
from dagster_project.site import restated, words
from dagster_project.site.cells import Number
from dagster_project.site.facts import PUBLISHED, Area, Facts, Measure, Row
from dagster_project.site.pages.page import Page
from dagster_project.statistics.sentence import WHY_NOT
from dagster_project.statistics.verdict import WATCH, Reason, Verdict


@dataclass(frozen=True)
class Raised:
    """A change that earned a signal or a watch."""

    area: Area
    measure: Measure
    row: Row


@dataclass(frozen=True)
class Line:
    """A measure on the page: England's newest figure, and the verdicts on the authorities' change."""

    measure: Measure
    period: str
    row: Row | None
    earlier: Row | None
    change: Number
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
        context={"lines": lines, "raised": list(_raised(facts)), "is_first": restatements is None},
    )


def _raised(facts: Facts) -> Iterator[Raised]:
    """The changes that stand out, signals first."""
    for verdict in (Verdict.SIGNAL, Verdict.WATCH):
        for measure in facts.measures.values():
            for area in facts.authorities:
                row = facts.changes.get((measure.measure_id, PUBLISHED, area.area_code), {}).get("previous")
                if row and row["verdict"] == verdict:
                    yield Raised(area, measure, row)


def _line(facts: Facts, measure: Measure, restatements: Mapping[str, int] | None) -> Line:
    period = facts.latest(measure.measure_id)
    change = facts.changes.get((measure.measure_id, PUBLISHED, ENGLAND), {}).get("previous")
    if period is None:
        sentence = "No publisher prints it: it is worked out from returns alone."
    elif change is None:
        sentence = "There is no earlier figure to compare it with."
    else:
        # England is one: that nothing stands beside it need not be said at every measure
        sentence = change["sentence"].removesuffix(f" {WHY_NOT[Reason.TOO_FEW_AUTHORITIES]}")
    return Line(
        measure=measure,
        period=measure.period(period) if period else "",
        row=facts.figure(measure.measure_id, ENGLAND, period) if period else None,
        earlier=facts.figure(measure.measure_id, ENGLAND, change["from_period"]) if change else None,
        change=_change(measure, change),
        sentence=sentence,
        counts=verdicts(facts, measure.measure_id),
        restated=None if restatements is None else restatements.get(measure.measure_id, 0),
    )


def _change(measure: Measure, change: Row | None) -> Number:
    """England's change since the period before: of a share in percentage points, of all else in per cent."""
    if change is None or change["value"] is None or not change["from_value"]:
        return Number("–", None)
    if measure.row["unit"] == "percent":
        moved = change["value"] - change["from_value"]
        return Number(f"{moved:+.{measure.row['decimals'] or 0}f} points".replace("-", "−"), moved)
    moved = 100 * (change["value"] / change["from_value"] - 1)
    return Number(f"{moved:+.1f}%".replace("-", "−"), moved)


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
    tested = sum(total.values()) - total[Verdict.CANNOT_TELL]
    if not tested:
        return "No change since the period before could be tested."
    signals, watched = (total[name] or "none" for name in (Verdict.SIGNAL, Verdict.WATCH))
    return (
        f"Of {tested:,} changes of an authority’s figure since the period before, {signals} stand out as a "
        f"signal and {watched} as one to watch; chance alone would give about {WATCH * tested:.0f} to watch. "
        "The rest cannot be told from ordinary variation."
    )
