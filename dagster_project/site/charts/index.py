"""The index of a measure, drawn like Figure 23 of the report."""

from collections.abc import Iterator, Mapping

from dagster_project.dictionary import ENGLAND
from dagster_project.site.charts.drawing import Chart
from dagster_project.site.charts.over_time import RANGE_TOLD, Line, Series, drawn
from dagster_project.site.facts import Facts, Measure, Row
from dagster_project.statistics.comparison import INDEXED


def indices(facts: Facts, measure: Measure) -> Iterator[Chart]:
    """A chart for each base period of a measure that has an index, the main one first."""
    of = INDEXED.get(measure.measure_id, measure.measure_id)
    for base in facts.bases.get(measure.measure_id, ()):
        lines = {
            code: Line(code, facts.areas[code].name, points)
            for (measure_id, base_period, code), rows in facts.indices.items()
            if measure_id == of and base_period == base["base_period"] and (points := _points(rows))
        }
        if ENGLAND in lines:
            with_page = (lines[area.area_code] for area in facts.authorities if area.area_code in lines)
            series = Series(
                england=lines[ENGLAND],
                authorities=tuple(with_page),
                figure=lambda value: f"{value:,.1f}",
                period=measure.period,
                base=base["base_period"],
            )
            yield _chart(facts.measures.get(of, measure), series, lines[ENGLAND], base)


def _points(rows: Mapping[int, Row]) -> dict[int, tuple[float, float | None, float | None]]:
    return {
        period: (row["index_value"], row["lower_95"], row["upper_95"])
        for period, row in rows.items()
        if row["index_value"] is not None
    }


def _chart(of: Measure, series: Series, england: Line, base: Row) -> Chart:
    """The chart; ``of`` is what is indexed."""
    since, last = of.period(base["base_period"]), max(england.points)
    value, spread = england.points[last][0], series.spread.get(last)
    percent = round(abs(value - 100))
    moved = f"{percent}% {'above' if value > 100 else 'below'}" if percent else "within 1% of"
    title = f"England stood {moved} {since} {of.when(last)}"
    among = ""
    if spread:
        among = f" Eight in ten authorities with an index lie between {spread[1]:.0f} and {spread[3]:.0f}."
    return Chart(
        name=f"index-{base['base_period']}",
        title=title,
        subtitle=f"{of.name}: index, {since} = 100, England and authorities",
        alternative=f"Line chart. {title}: {value:.1f}, where {since} is 100.{among}",
        key=(
            f"Thick line: England. {RANGE_TOLD if series.spread else ''} Upright bar: the base, {since}. "
            "Equal steps up the scale are equal growth."
        ),
        note=(
            f"{base['reason']}. {len(series.authorities)} authorities have a figure for it. All later points "
            "share the base: where it is low, every later year looks high. The upright lines of chosen "
            "authorities are 95% intervals, with the errors of both years."
        ),
        drawing=drawn(series),
        data=series.data,
        columns=series.columns,
        rows=series.rows,
        chosen=series.choices,
    )
