"""A measure over time, in its own unit."""

from dagster_project.dictionary import ENGLAND
from dagster_project.site.charts.drawing import Chart
from dagster_project.site.charts.over_time import RANGE_TOLD, Line, Series, drawn
from dagster_project.site.facts import PUBLISHED, Facts, Measure


def trend(facts: Facts, measure: Measure) -> Chart | None:
    """The chart of published figures; None of an index, and where England has fewer than two."""
    england = _line(facts, measure, ENGLAND)
    if measure.row["kind"] == "index" or len(england.points) < 2:
        return None
    lines = (_line(facts, measure, area.area_code) for area in facts.authorities if not area.is_fictional)
    series = Series(england, tuple(line for line in lines if line.points), measure.figure, measure.period)
    before, last = sorted(england.points)[-2:]
    now, was = (f"{measure.figure(england.points[at][0])} {measure.when(at)}" for at in (last, before))
    spread = series.spread.get(last)
    among = ""
    if spread:
        low, high = (measure.figure(limit) for limit in (spread[1], spread[3]))
        among = f"; eight in ten authorities lie between {low} and {high}"
    title = f"England stood at {now}{among}"
    return Chart(
        name="trend",
        title=title,
        subtitle=f"{measure.name}: {measure.unit}, England and authorities",
        alternative=f"Line chart. {title}. England the period before: {was}.",
        key=f"Thick line: England. {RANGE_TOLD if series.spread else ''}",
        note="The upright lines of chosen authorities are 95% intervals, where counts are published.",
        drawing=drawn(series),
        data=series.data,
        columns=series.columns,
        rows=series.rows,
        chosen=series.choices,
    )


def _line(facts: Facts, measure: Measure, code: str) -> Line:
    rows = facts.figures.get((measure.measure_id, PUBLISHED, code), {})
    points = {
        period: (row["value"], row["lower_95"], row["upper_95"])
        for period, row in rows.items()
        if row["value"] is not None
    }
    return Line(code, facts.areas[code].name, points)
