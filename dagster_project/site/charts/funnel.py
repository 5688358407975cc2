"""Who stands apart among authorities of every size: a funnel with two pairs of limits."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from dagster_project.site.cells import said
from dagster_project.site.charts import drawing
from dagster_project.site.charts.drawing import Chart, rounded
from dagster_project.site.facts import Measure
from dagster_project.site.standing import Standing
from dagster_project.site.words import count
from dagster_project.statistics.arrays import Floats
from dagster_project.statistics.funnel import naive_ratio_lines, naive_share_lines
from dagster_project.statistics.intervals import ALERT, DESCRIBE
from dagster_project.statistics.multiplicity import expected_by_chance

_POINTS = 60


class _Limit(NamedTuple):
    """A line of the funnel. ``height`` is a share, or a rate for one."""

    is_ordinary: bool
    level: float
    size: Floats
    height: Floats


def funnel(measure: Measure, among: Standing) -> Chart:
    """The funnel of where authorities stand."""
    places = _places(among)
    outside, all_ = sum(place != "inside" for place in places), len(among.rows)
    title = (
        f"{outside} of {all_} authorities lie outside the 95% limits that allow for ordinary differences; "
        f"about {float(expected_by_chance(all_)):.0f} would by chance"
    )
    made = among.funnel
    top = max(max(row["value"] for row in among.rows) * 1.08, among.england * among.scale * 1.2)
    grid = np.geomspace(max(among.size.min() * 0.9, 1), among.size.max() * 1.05, _POINTS)
    points = {
        row["area_code"]: rounded((size, row["value"]))
        for row, size in zip(among.rows, among.size, strict=True)
    }
    return Chart(
        name="funnel",
        title=title,
        subtitle=f"{measure.name}: {measure.unit}, authorities by size, {measure.period(among.period)}",
        alternative=f"Funnel plot. {title}.",
        key=(
            "Each dot is an authority. Thick lines: limits that allow for ordinary differences between "
            "authorities. Thin grey lines: chance alone. Solid 95%, dashed 99.8%."
        ),
        note=(
            "Limits stand around the middle authority; in England's figure large ones weigh more. "
            f"Ordinary differences: tau = {made.tau2**0.5:.3f} on the {made.transform} scale, from {made.k} "
            f"authorities, {made.df:.0f} degrees of freedom. Outside is a reason to look, not a verdict."
        ),
        drawing=_drawn(measure, float(grid[-1]), top),
        data={
            **_lines(among, grid, top),
            "every": [
                dict(zip("xv", points[row["area_code"]], strict=True)) | {"n": row["area_name"]}
                for row in among.rows
            ],
            "england": drawing.nation_data(among.england * among.scale),
        },
        columns=("Authority", "Counted", "Out of", "Figure", "Against the limits"),
        rows=tuple(
            (
                row["area_name"],
                said(row["numerator"], count),
                said(row["denominator"], count),
                said(row["value"], measure.figure),
                place,
            )
            for row, place in zip(among.rows, places, strict=True)
        ),
        chosen={"fields": ("x", "v"), "points": {code: [point] for code, point in points.items()}},
    )


def _places(among: Standing) -> list[str]:
    """Of each authority, where it lies against the limits that allow for ordinary differences."""
    z, p = among.funnel.z, among.funnel.p
    side = np.where(z > 0, "above", "below")
    told = [np.char.add(side, " the 99.8% limit"), np.char.add(side, " the 95% limit")]
    return [str(place) for place in np.select([p < 1 - ALERT, p < 1 - DESCRIBE], told, "inside")]


def _drawn(measure: Measure, widest: float, top: float) -> alt.LayerChart:
    """The chart: lines by chance and of ordinary differences, England, and every authority."""
    of = "children aged 0 to 17" if measure.row["unit"] == "per_10000" else measure.row["denominator"]
    size = alt.Scale(type="sqrt", domain=[0, widest], nice=False)
    x = alt.X("x:Q", title=f"Size: {of}", scale=size, axis=alt.Axis(tickCount=6))
    height = alt.Scale(domain=[0, top], nice=False, clamp=True)
    y = alt.Y("v:Q", title=None, scale=height, axis=alt.Axis(tickCount=5))
    dash = alt.StrokeDash("d:N", legend=None, scale=alt.Scale(domain=[0, 1], range=[[1, 0], [5, 3]]))
    chance, ordinary, every = (
        alt.Chart(alt.NamedData(name)).encode(x=x, y=y) for name in ("chance", "ordinary", "every")
    )
    tip = drawing.tooltip("n", v="Figure", x="Out of")
    layers = [
        chance.mark_line(color=drawing.QUIET, strokeWidth=1).encode(detail="g:N", strokeDash=dash),
        ordinary.mark_line(color=drawing.ACCENT, strokeWidth=2).encode(detail="g:N", strokeDash=dash),
        *drawing.nation(y),
        every.mark_point(filled=True, size=28, opacity=0.8, color=drawing.INK).encode(tooltip=tip),
        drawing.chosen()
        .mark_point(filled=True, size=110, opacity=1)
        .encode(x=x, y=y, shape=drawing.SHAPE, tooltip=tip),
    ]
    return alt.LayerChart(layer=layers)


def _lines(among: Standing, grid: Floats, top: float) -> dict[str, list[dict[str, Any]]]:
    """The points of all limits that are not above the chart, a line a ``g``."""
    found: dict[str, list[dict[str, Any]]] = {"chance": [], "ordinary": []}
    for at, limit in enumerate(_limits(among, grid)):
        for x, v in zip(rounded(limit.size), rounded(limit.height * among.scale), strict=True):
            if v is not None and v <= top:
                point = {"x": x, "v": v, "g": at, "d": int(limit.level == ALERT)}
                found["ordinary" if limit.is_ordinary else "chance"].append(point)
    return found


def _limits(among: Standing, grid: Floats) -> Iterator[_Limit]:
    """Both pairs of limits, each at both levels."""
    rate = among.england
    for level in (DESCRIBE, ALERT):
        if among.is_share:
            for height in among.funnel.lines(grid, level):
                yield _Limit(True, level, grid, height)
            for height in naive_share_lines(among.funnel.target, grid, level):
                yield _Limit(False, level, grid, height)
        else:
            for height in among.funnel.lines(grid * rate, level):
                yield _Limit(True, level, grid, height * rate)
            most = float(grid[-1] * rate)
            observed = np.unique(np.geomspace(1, most * 1.5, _POINTS).round())
            for line in naive_ratio_lines(observed, level):
                is_in = line.size <= most
                yield _Limit(False, level, line.size[is_in] / rate, line.height[is_in] * rate)
