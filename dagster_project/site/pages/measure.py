"""A measure: its index, who stands apart, its trend, all authorities with intervals, and what it means."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.dictionary import ENGLAND, harmless
from dagster_project.site import words
from dagster_project.site.charts import Chart, caterpillar, funnel, indices, trend
from dagster_project.site.facts import PUBLISHED, RETURNED, Area, Facts, Measure, Row
from dagster_project.site.pages.page import Page
from dagster_project.site.standing import Standing, standing

#: What the CSV has of each figure.
_COLUMNS = (
    "measure_id",
    "lane",
    "geographic_level",
    "area_code",
    "area_name",
    "is_fictional",
    "period",
    "numerator",
    "denominator",
    "value",
    "status",
    "comparability",
    "lower_95",
    "upper_95",
    "as_of",
    "source_id",
)


@dataclass(frozen=True)
class Line:
    """An authority's newest figure on the page."""

    area: Area
    row: Row
    region: str
    place: str
    change: Row | None


def pages(facts: Facts, part: int = 0, parts: int = 1) -> Iterator[Page]:
    """A page for each measure that has figures, with its figures as CSV; of several parts for one of them."""
    for measure in list(facts.measures.values())[part::parts]:
        among = standing(facts, measure)
        lane = PUBLISHED if facts.latest(measure.measure_id) else RETURNED
        period = facts.latest(measure.measure_id, lane) or 0
        yield Page(
            path=measure.page,
            template="measure.html.j2",
            title=measure.name,
            lead=_finding(facts, measure),
            context={
                "measure": measure,
                "charts": _charts(facts, measure, among),
                "source": _source(facts, measure, lane, period),
                "period": measure.period(period),
                "lines": list(_lines(facts, measure, among, lane, period)),
                "spread": _spread(facts, measure),
                "breaks": [row for row in facts.breaks if row["measure_id"] == measure.measure_id],
                "sql": _SQL.format(measure_id=measure.measure_id, lane=lane, period=period),
            },
            files={measure.data: _csv(facts, measure)},
        )


def _finding(facts: Facts, measure: Measure) -> str:
    """What England's newest figure is, beside the one before it."""
    period = facts.latest(measure.measure_id)
    row = facts.figure(measure.measure_id, ENGLAND, period) if period else None
    if period is None or row is None or row["value"] is None:
        return "There is no figure for England: this measure is worked out from returns alone."
    change = facts.changes.get((measure.measure_id, PUBLISHED, ENGLAND), {}).get("previous")
    told = f"England: {measure.figure(row['value'])} {measure.when(period)}"
    if change and change["from_value"] is not None:
        told += f", {measure.figure(change['from_value'])} {measure.when(change['from_period'])}"
    return f"{told}; {measure.unit}."


def _charts(facts: Facts, measure: Measure, among: Standing | None) -> list[Chart]:
    found = [
        *indices(facts, measure),
        funnel(measure, among) if among else None,
        trend(facts, measure),
        caterpillar(facts, measure),
    ]
    return [chart for chart in found if chart]


def _source(facts: Facts, measure: Measure, lane: str, period: int) -> str:
    """Where the newest figures come from, and of when they are."""
    codes = [code for (of, in_lane, code) in facts.figures if (of, in_lane) == (measure.measure_id, lane)]
    rows = [row for code in codes if (row := facts.figure(measure.measure_id, code, period, lane))]
    newest = max((row["as_of"] for row in rows if row["as_of"]), default=None)
    as_of = f" As of {words.day(newest)}." if newest else ""
    if lane == RETURNED:
        return f"Source: worked out from returns.{as_of}"
    named = {
        facts.sources[row["source_id"]]["description"] for row in rows if row["source_id"] in facts.sources
    }
    return f"Source: {'; '.join(sorted(named)) or 'not recorded'}.{as_of}"


def _lines(facts: Facts, measure: Measure, among: Standing | None, lane: str, period: int) -> Iterator[Line]:
    """Every authority's newest figure; a made-up one's stands in the lane of what was returned."""
    for area in facts.authorities:
        own = RETURNED if area.is_fictional else lane
        row = facts.figure(measure.measure_id, area.area_code, period, own)
        if row:
            found = among.places.get(area.area_code) if among else None
            change = facts.changes.get((measure.measure_id, own, area.area_code), {}).get("previous")
            region = facts.areas.get(area.region_code or "")
            yield Line(
                area=area,
                row=row,
                region=region.name if region else "",
                place=words.place(*found, len(among.rows)) if among and found else "",
                change=change if change and change["period"] == period else None,
            )


def _spread(facts: Facts, measure: Measure) -> list[Row]:
    """What the tests of change rest on: a row for each pair of periods, from any authority tested in it."""
    found: dict[tuple[str, int], Row] = {}
    for area in facts.authorities:
        for name, change in facts.changes.get((measure.measure_id, PUBLISHED, area.area_code), {}).items():
            if change["tau"] is not None:
                found.setdefault((name, change["from_period"]), change)
    return list(found.values())


def _csv(facts: Facts, measure: Measure) -> str:
    """All figures of a measure; empty where there is none, for the reason that ``status`` gives."""
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(_COLUMNS)
    for (measure_id, _, _), series in facts.figures.items():
        if measure_id == measure.measure_id:
            sheet.writerows([harmless(row[column]) for column in _COLUMNS] for row in series.values())
    return text.getvalue()


#: What gives the figures of the page, from the public database of the release.
_SQL = """\
-- core_dataset_public.duckdb: the newest figures, and what can be said of their change
select
    figure.area_code,
    figure.area_name,
    figure.value,
    figure.lower_95,
    figure.upper_95,
    change.from_value,
    change.verdict,
    change.sentence
from outcomes.core_outcome as figure
left join outcomes.core_comparison as change
    on figure.measure_id = change.measure_id
    and figure.lane = change.lane
    and figure.area_code = change.area_code
    and figure.period = change.period
    and change.comparison = 'previous'
where figure.measure_id = '{measure_id}' and figure.lane = '{lane}' and figure.period = {period}
order by figure.area_code"""
