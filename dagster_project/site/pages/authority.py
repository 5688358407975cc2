"""An authority's profile: every measure on one row, and what can be said of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from dagster_project.dictionary import ENGLAND
from dagster_project.site import quality, words
from dagster_project.site.charts.spark import spark
from dagster_project.site.facts import PUBLISHED, RETURNED, Area, Facts, Measure, Row
from dagster_project.site.pages.page import Page
from dagster_project.site.standing import Standing, standing


@dataclass(frozen=True)
class Line:
    """A measure on the profile. ``neighbours`` is their figure; ``place`` is said with its interval."""

    measure: Measure
    period: str
    row: Row | None
    england: Row | None
    region: Row | None
    neighbours: float | None
    neighbours_told: str
    place: str
    spark: Markup
    previous: Row | None
    base: Row | None


@dataclass(frozen=True)
class Both:
    """A figure in both lanes."""

    measure: Measure
    period: str
    returned: Row
    published: Row | None


def pages(facts: Facts) -> Iterator[Page]:
    """A page for each authority of today."""
    standings = {each.measure_id: standing(facts, each) for each in facts.measures.values()}
    received = quality.received(facts.snapshot)
    for area in facts.authorities:
        lane = RETURNED if area.is_fictional else PUBLISHED
        lines = [
            line
            for measure in facts.measures.values()
            if (line := _line(facts, measure, area, lane, standings[measure.measure_id]))
        ]
        region = facts.areas.get(area.region_code or "")
        yield Page(
            path=area.page,
            template="authority.html.j2",
            title=area.name,
            lead=_finding(area, lines),
            context={
                "area": area,
                "region": region,
                "lines": lines,
                "chance": _chance(lines),
                "neighbours": [facts.areas[code] for code in facts.neighbours.get(area.area_code, ())],
                "both": _both(facts, area),
                "received": received.get(area.area_code, []),
            },
        )


def _line(facts: Facts, measure: Measure, area: Area, lane: str, among: Standing | None) -> Line | None:
    period = facts.latest(measure.measure_id, lane)
    if period is None:
        return None
    told = facts.changes.get((measure.measure_id, lane, area.area_code), {})
    change = {name: row for name, row in told.items() if row["period"] == period}
    previous = change.get("previous")
    series = _values(facts.figures.get((measure.measure_id, lane, area.area_code), {}))
    england = _values(facts.figures.get((measure.measure_id, PUBLISHED, ENGLAND), {}))
    place = among and lane == PUBLISHED and among.places.get(area.area_code)
    return Line(
        measure=measure,
        period=measure.period(period),
        row=facts.figure(measure.measure_id, area.area_code, period, lane),
        england=facts.figure(measure.measure_id, ENGLAND, period),
        region=facts.figure(measure.measure_id, area.region_code, period, lane),
        neighbours=previous["neighbour_value"] if previous else None,
        neighbours_told=_neighbours(previous),
        place=words.place(*place, len(among.rows)) if among and place else "",
        spark=spark(series, england, _said(measure, series)),
        previous=previous,
        base=change.get("base"),
    )


def _values(series: Mapping[int, Row]) -> dict[int, float]:
    return {period: row["value"] for period, row in series.items() if row["value"] is not None}


def _said(measure: Measure, series: Mapping[int, float]) -> str:
    """A spark line in words."""
    if not series:
        return ""
    first, last = min(series), max(series)
    ends = (f"{measure.figure(series[at])} {measure.when(at)}" for at in (first, last))
    return "From {} to {}".format(*ends)


def _neighbours(change: Row | None) -> str:
    """How the neighbours' figure was made of theirs, and of how many."""
    if change is None or change["neighbour_value"] is None:
        return ""
    number = change["n_neighbours"]
    return f"{number} as one" if change["neighbour_basis"] == "pooled" else f"mean of {number}"


def _finding(area: Area, lines: list[Line]) -> str:
    """Which measures stand out, named."""
    told = {
        name: [line.measure.name for line in lines if line.previous and line.previous["verdict"] == name]
        for name in ("signal", "watch")
    }
    if not any(told.values()):
        text = "No figure stands out from ordinary variation against the year before."
    else:
        parts = [
            f"{words.VERDICTS[name].word}: {words.listed(names)}" for name, names in told.items() if names
        ]
        text = f"Against the year before. {'. '.join(parts)}."
    return f"This authority is made up. {text}" if area.is_fictional else text


def _chance(lines: list[Line]) -> str:
    tested = [line.previous for line in lines if line.previous and line.previous["verdict"] != "cannot_tell"]
    p = [change["p"] for change in tested if change["p"] is not None]
    outside = sum(each < 0.05 for each in p) if len(p) == len(tested) else None
    return words.by_chance(len(tested), outside)


def _both(facts: Facts, area: Area) -> list[Both]:
    """What was worked out from returns, each beside what was published of the same period."""
    found = []
    for measure in facts.measures.values():
        for period, row in facts.figures.get((measure.measure_id, RETURNED, area.area_code), {}).items():
            published = facts.figure(measure.measure_id, area.area_code, period)
            found.append(Both(measure, measure.period(period), row, published))
    return found
