"""A figure over time: England's line before the range of all authorities, and any that a reader chooses.

The index is drawn like Figure 23 of the report: on a logarithmic scale, on which a doubling is as far up as a
halving is down, with 100 marked and the base year shaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np

from dagster_project.site.charts import drawing
from dagster_project.site.charts.drawing import Chart, rounded
from dagster_project.site.charts.table import NONE, Number

#: The range of authorities at each period: all of them, the middle eight in ten, and the middle one.
_QUANTILES = (0.0, 0.1, 0.5, 0.9, 1.0)
_RANGE = (
    "Lowest authority",
    "1 in 10 are below",
    "Middle authority",
    "1 in 10 are above",
    "Highest authority",
)

_TICKS = (6.25, 12.5, 25, 50, 75, 100, 125, 150, 200, 300, 400, 800, 1600, 3200)


@dataclass(frozen=True)
class Line:
    """An area's figures by period, each with its lower and upper limit where it has them."""

    code: str
    name: str
    points: Mapping[int, tuple[float, float | None, float | None]]


@dataclass(frozen=True)
class Told:
    """What stands around the chart; ``figure`` and ``period`` say a number and a period in words."""

    name: str
    title: str
    subtitle: str
    alternative: str
    note: str
    figure: Any
    period: Any
    is_year: bool  #: whether a period is a year, named by both it touches


def over_time(told: Told, england: Line | None, authorities: list[Line], base: int | None = None) -> Chart:
    """The chart of a figure, or of an index where ``base`` is its base period."""
    periods = sorted({p for line in [*authorities, *([england] if england else [])] for p in line.points})
    spread = {p: _spread([line.points[p][0] for line in authorities if p in line.points]) for p in periods}
    axes = _Axes(told, periods, spread, england, is_index=base is not None)
    layers = [
        *axes.range(spread),
        *(axes.marks_of_index(base) if base else []),
        *(axes.line(england) if england else []),
        *axes.chosen(),
    ]
    return Chart(
        name=told.name,
        title=told.title,
        subtitle=told.subtitle,
        alternative=told.alternative,
        note=told.note,
        drawing=alt.layer(*layers).properties(width=drawing.WIDTH, height=drawing.HEIGHT),
        columns=("Area", *(told.period(p) for p in periods)),
        rows=_rows(told, periods, spread, england, authorities),
        chosen={
            "fields": ("p", "v", "l", "u"),
            "points": {
                line.code: [rounded((p, *line.points[p])) for p in periods if p in line.points]
                for line in authorities
            },
        },
    )


def _spread(values: list[float]) -> tuple[float, ...] | None:
    """The range of authorities; None where fewer than five have a figure, of which a range would say little."""
    return tuple(np.quantile(values, _QUANTILES).tolist()) if len(values) >= 5 else None


class _Axes:
    """Both axes of the chart, and what is drawn on them."""

    def __init__(
        self,
        told: Told,
        periods: list[int],
        spread: Mapping[int, tuple[float, ...] | None],
        england: Line | None,
        *,
        is_index: bool,
    ):
        heights = [limit for found in spread.values() if found for limit in (found[0], found[-1])]
        heights += [point[0] for point in (england.points.values() if england else ())]
        year = "(datum.value-1)+'-'+slice(''+datum.value,2)" if told.is_year else "''+datum.value"
        self._x = alt.X(
            "p:Q",
            title=None,
            scale=alt.Scale(domain=[periods[0] - 0.4, periods[-1] + 0.4], nice=False, zero=False),
            axis=alt.Axis(values=periods, labelExpr=year, tickSize=4),
        )
        if is_index:
            low, high = (f(heights) for f in (min, max))
            low, high = max(min(low, 80), _TICKS[0]), min(max(high, 125), _TICKS[-1])
            scale = alt.Scale(type="log", domain=[low, high], nice=False, clamp=True)
            axis = alt.Axis(values=[tick for tick in _TICKS if low <= tick <= high])
        else:
            scale, axis = alt.Scale(zero=True, nice=True), alt.Axis(tickCount=5)
        self._height = {"scale": scale, "axis": axis, "title": None}
        self._figure = told.figure

    def _y(self, field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", **self._height)

    def range(self, spread: Mapping[int, tuple[float, ...] | None]) -> list[alt.Chart]:
        """All authorities in light grey, the middle eight in ten of them in darker."""
        data = alt.InlineData(
            [dict(zip("pabmcd", rounded((p, *found)), strict=True)) for p, found in spread.items() if found]
        )
        return [
            alt.Chart(data).mark_area(color=colour).encode(x=self._x, y=self._y(low), y2=high)
            for colour, low, high in ((drawing.RANGE, "a", "d"), (drawing.RANGE_INNER, "b", "c"))
        ]

    def marks_of_index(self, base: int) -> list[alt.Chart]:
        """The base year shaded, and 100 marked."""
        band = alt.Chart(alt.InlineData([{"p": base - 0.25, "to": base + 0.25}]))
        hundred = alt.Chart(alt.InlineData([{"v": 100}]))
        dashes = {"color": drawing.INK, "strokeDash": [4, 3], "strokeWidth": 1}
        return [
            band.mark_rect(color=drawing.BASE).encode(x=self._x, x2="to"),
            hundred.mark_rule(**dashes).encode(y=self._y("v")),
        ]

    def line(self, of: Line) -> list[alt.Chart]:
        """England's line with its name at its end."""
        points = alt.InlineData([{"p": p, "v": rounded([of.points[p][0]])[0]} for p in sorted(of.points)])
        drawn = alt.Chart(points).encode(x=self._x, y=self._y("v"))
        tip = alt.Chart(alt.InlineData([{**points.values[-1], "n": of.name}])).encode(
            x=self._x, y=self._y("v")
        )
        return [
            drawn.mark_line(color=drawing.INK, strokeWidth=3),
            tip.mark_text(align="right", dy=-12, dx=6, fontWeight="bold", color=drawing.INK).encode(
                text="n:N"
            ),
        ]

    def chosen(self) -> list[alt.Chart]:
        """What a script fills in: the authorities that a reader chooses, each with its interval."""
        data = alt.NamedData(name="chosen")
        shown = alt.Chart(data).encode(
            x=self._x,
            color=alt.Color(
                "s:N", legend=None, scale=alt.Scale(domain=[0, 1, 2, 3], range=list(drawing.CHOSEN))
            ),
        )
        tip = [
            alt.Tooltip("n:N", title="Area"),
            alt.Tooltip("t:N", title="Period"),
            alt.Tooltip("v:Q", title="Figure"),
        ]
        return [
            shown.mark_rule(opacity=0.5).encode(y=self._y("l"), y2="u"),
            shown.mark_line(strokeWidth=2, point={"size": 40}).encode(
                y=self._y("v"), detail="n:N", tooltip=tip
            ),
            shown.mark_text(align="right", dy=-10, dx=6).encode(y=self._y("v"), text="end:N"),
        ]


def _rows(
    told: Told,
    periods: list[int],
    spread: Mapping[int, tuple[float, ...] | None],
    england: Line | None,
    authorities: list[Line],
) -> tuple[tuple[Any, ...], ...]:
    def number(value: float | None) -> Number:
        return NONE if value is None else Number(told.figure(value), value)

    def cells(line: Line) -> tuple[Any, ...]:
        return (line.name, *(number(line.points[p][0] if p in line.points else None) for p in periods))

    ranges = [
        (name, *(number(found[at] if (found := spread[p]) else None) for p in periods))
        for at, name in enumerate(_RANGE)
    ]
    return (*([cells(england)] if england else []), *ranges, *map(cells, authorities))
