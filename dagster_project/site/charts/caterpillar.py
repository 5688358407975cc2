"""All authorities in order of their figure, each with its interval: how far they can be told apart."""

import altair as alt

from dagster_project.dictionary import ENGLAND
from dagster_project.site.cells import said
from dagster_project.site.charts import drawing
from dagster_project.site.charts.drawing import Chart, rounded
from dagster_project.site.facts import Facts, Measure, Row

#: Of fewer authorities nothing is told of all.
_FEWEST = 20
_SHOWN = ("value", "lower_95", "upper_95")


def caterpillar(facts: Facts, measure: Measure) -> Chart | None:
    """The chart of the newest published figures; None where too few have an interval."""
    period = facts.latest(measure.measure_id)
    england = facts.figure(measure.measure_id, ENGLAND, period) if period else None
    if period is None or england is None or england["value"] is None:
        return None
    rows = [
        row
        for row in facts.of_authorities(measure.measure_id, period)
        if row["lower_95"] is not None and facts.areas[row["area_code"]].has_page
    ]
    if len(rows) < _FEWEST:
        return None
    rows.sort(key=lambda row: row["value"])
    title = _title(measure, rows, england["value"])
    points = {
        row["area_code"]: rounded((at, *(row[name] for name in _SHOWN))) for at, row in enumerate(rows, 1)
    }
    return Chart(
        name="intervals",
        title=title,
        subtitle=f"{measure.name}: {measure.unit}, authorities, {measure.period(period)}",
        alternative=f"Dots with intervals in order of their figure. {title}.",
        key="Each dot is an authority’s figure, with its 95% interval. Line: England.",
        note=(
            "The order is no ranking: those next to each other can seldom be told apart. Of so many "
            "intervals some lie wholly on one side by chance."
        ),
        drawing=_drawn(len(rows), max(row["upper_95"] for row in rows)),
        data={
            "every": [
                dict(zip("xvlu", points[row["area_code"]], strict=True)) | {"n": row["area_name"]}
                for row in rows
            ],
            "england": drawing.nation_data(england["value"]),
        },
        columns=("Authority", "Figure", "95% from", "95% to"),
        rows=tuple((row["area_name"], *(said(row[name], measure.figure) for name in _SHOWN)) for row in rows),
        chosen={"fields": tuple("xvlu"), "points": {code: [point] for code, point in points.items()}},
    )


def _title(measure: Measure, rows: list[Row], england: float) -> str:
    below = sum(row["upper_95"] < england for row in rows)
    above = sum(row["lower_95"] > england for row in rows)
    return (
        f"{len(rows) - below - above} of {len(rows)} authorities cannot be told from England’s "
        f"{measure.figure(england)}; {below} lie below it and {above} above"
    )


def _drawn(n_rows: int, highest: float) -> alt.LayerChart:
    x = alt.X(
        "x:Q",
        title="Authorities, from the lowest figure to the highest",
        scale=alt.Scale(domain=[0, n_rows + 1], nice=False),
        axis=alt.Axis(labels=False, ticks=False),
    )
    height = alt.Scale(domain=[0, highest], nice=True)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=None, axis=alt.Axis(tickCount=5), scale=height)

    tip = drawing.tooltip("n", v="Figure", l="95% from", u="95% to")
    every, shown = alt.Chart(alt.NamedData("every")).encode(x=x), drawing.chosen().encode(x=x)
    layers = [
        every.mark_rule(color=drawing.QUIET, strokeWidth=1.5).encode(y=y("l"), y2="u", tooltip=tip),
        *drawing.nation(y("v")),
        every.mark_point(filled=True, size=16, opacity=1, color=drawing.INK).encode(y=y("v"), tooltip=tip),
        shown.mark_rule(strokeWidth=3).encode(y=y("l"), y2="u"),
        shown.mark_point(filled=True, size=90, opacity=1).encode(y=y("v"), shape=drawing.SHAPE, tooltip=tip),
    ]
    return alt.LayerChart(layer=layers)
