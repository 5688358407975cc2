"""A measure: its index, who stands apart, its trend, all authorities with intervals, and what it means."""

from collections.abc import Iterator
from typing import Any

from dagster_project.dictionary import ENGLAND
from dagster_project.site import words
from dagster_project.site.charts import Chart
from dagster_project.site.charts.over_time import Line, Told, over_time
from dagster_project.site.pages.page import Page
from dagster_project.site.reading import PUBLISHED, Facts, Measure
from dagster_project.statistics.comparison import INDEXED


def pages(facts: Facts) -> Iterator[Page]:
    """A page for each measure that has figures."""
    for measure in facts.measures.values():
        yield Page(
            path=measure.page,
            template="measure.html.j2",
            title=measure.name,
            lead=finding(facts, measure),
            context={"measure": measure, "charts": list(_charts(facts, measure)), "source": ""},
        )


def finding(facts: Facts, measure: Measure) -> str:
    """What England's newest figure is, beside the one before it."""
    period = facts.latest(measure.measure_id)
    row = period and facts.figure(measure.measure_id, ENGLAND, period)
    if not period or not row or row["value"] is None:
        return "There is no figure for England: it is worked out from returns alone."
    return f"England: {measure.figure(row['value'])} {measure.unit} in {measure.period(period)}."


def _charts(facts: Facts, measure: Measure) -> Iterator[Chart]:
    for base in facts.bases.get(measure.measure_id, ()):
        if chart := _index(facts, measure, base["base_period"]):
            yield chart


def _index(facts: Facts, measure: Measure, base: int) -> Chart | None:
    of = INDEXED.get(measure.measure_id, measure.measure_id)
    lines = [
        Line(code, facts.areas[code].name, points)
        for (measure_id, from_period, code), series in facts.indices.items()
        if measure_id == of and from_period == base and code in facts.areas
        if (
            points := {
                p: (r["index_value"], r["lower_95"], r["upper_95"])
                for p, r in series.items()
                if r["index_value"] is not None
            }
        )
    ]
    england = next((line for line in lines if line.code == ENGLAND), None)
    authorities = [line for line in lines if facts.areas[line.code].has_page]
    if not england:
        return None
    last = max(england.points)
    value = england.points[last][0]
    told = Told(
        name=f"index-{base}",
        title=f"England stood at {value:.0f} in {measure.period(last)}, where {measure.period(base)} is 100",
        subtitle=f"{measure.name}, index, England and authorities",
        alternative="",
        note="",
        figure=lambda v: f"{v:,.1f}",
        period=measure.period,
        is_year=measure.row["period_type"].startswith("year"),
    )
    return over_time(told, england, authorities, base)
