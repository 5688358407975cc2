"""A figure over time: England's line before the range of all authorities, and any that a reader chooses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt
import numpy as np

from dagster_project.site.cells import Cell, said
from dagster_project.site.charts import drawing
from dagster_project.site.charts.drawing import rounded

#: The range of authorities: all of them, the middle eight in ten, and the middle one.
_QUANTILES = (0.0, 0.1, 0.5, 0.9, 1.0)
_RANGE = (
    "Lowest authority",
    "1 in 10 are below",
    "Middle authority",
    "1 in 10 are above",
    "Highest authority",
)
#: The same as a key.
RANGE_TOLD = "Outer band: from the lowest authority to the highest; inner band: eight in ten of them."
#: Of fewer authorities than this a range would say little.
_FEWEST = 10

_TICKS = (6.25, 12.5, 25, 50, 75, 100, 125, 150, 200, 300, 400, 800, 1600, 3200)
_MOST_LABELS = 7


@dataclass(frozen=True)
class Line:
    """An area's figures by period, each with its lower and upper limit where it has them."""

    code: str
    name: str
    points: Mapping[int, tuple[float, float | None, float | None]]


@dataclass(frozen=True)
class Series:
    """What is drawn. ``base`` is an index's base period; ``figure`` and ``period`` put numbers into words."""

    england: Line | None
    authorities: tuple[Line, ...]
    figure: Callable[[float], str]
    period: Callable[[int], str]
    base: int | None = None

    @cached_property
    def periods(self) -> list[int]:
        """Every period with a figure, the oldest first."""
        lines = [*self.authorities, *([self.england] if self.england else [])]
        return sorted({period for line in lines for period in line.points})

    @cached_property
    def spread(self) -> dict[int, tuple[float, ...]]:
        """The range of authorities at each period at which enough have a figure."""
        values = {
            period: [line.points[period][0] for line in self.authorities if period in line.points]
            for period in self.periods
        }
        return {
            period: tuple(np.quantile(found, _QUANTILES).tolist())
            for period, found in values.items()
            if len(found) >= _FEWEST
        }

    @property
    def data(self) -> Mapping[str, list[dict[str, Any]]]:
        """What is drawn without a choice: the range, the base, and England, named at its last point."""
        found: dict[str, list[dict[str, Any]]] = {
            "range": [
                dict(zip("pabmcd", rounded((period, *spread)), strict=True))
                for period, spread in self.spread.items()
            ]
        }
        if self.base is not None:
            found["base"] = [{"p": self.base - 0.25, "to": self.base + 0.25, "v": 100}]
        if self.england is not None:
            name, points = self.england.name, sorted(self.england.points.items())
            found["england"] = [
                {"p": p, "v": rounded(point)[0], "n": name, "end": name if p == points[-1][0] else ""}
                for p, point in points
            ]
        return found

    @property
    def choices(self) -> Mapping[str, Any]:
        """The authorities' points, for the script."""
        return {
            "fields": ("p", "v", "l", "u"),
            "points": {
                line.code: [rounded((period, *point)) for period, point in sorted(line.points.items())]
                for line in self.authorities
            },
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """Heads of the same as a table."""
        return ("Area", *map(self.period, self.periods))

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The same as a table: England, the range, and every authority."""
        periods, spread = self.periods, self.spread

        def cells(line: Line) -> tuple[Cell, ...]:
            found = (line.points[p][0] if p in line.points else None for p in periods)
            return (line.name, *(said(value, self.figure) for value in found))

        ranges: list[tuple[Cell, ...]] = [
            (name, *(said(spread[p][at] if p in spread else None, self.figure) for p in periods))
            for at, name in enumerate(_RANGE)
        ]
        england = [cells(self.england)] if self.england else []
        return (*england, *(ranges if spread else []), *map(cells, self.authorities))


def drawn(series: Series) -> alt.LayerChart:
    """The series drawn, an index on a logarithmic scale: a doubling is as far up as a halving is down."""
    axes = _Axes(series)
    layers = [*axes.range(), *axes.base(), *axes.england(), *axes.chosen()]
    return alt.LayerChart(layer=layers)


class _Axes:
    """Both axes of the chart, and what is drawn on them."""

    def __init__(self, series: Series):
        self._series = series
        periods, england = series.periods, series.england
        step = -(-len(periods) // _MOST_LABELS)
        # a year ending 31 March 2025 is 2024-25; a day in 2025 is 2025
        is_year = "-" in series.period(periods[-1])
        self._x = alt.X(
            "p:Q",
            title=None,
            scale=alt.Scale(domain=[periods[0] - 0.4, periods[-1] + 0.4], nice=False, zero=False),
            axis=alt.Axis(
                values=periods[::-step][::-1],
                labelExpr="(datum.value-1)+'-'+slice(''+datum.value,2)" if is_year else "''+datum.value",
            ),
        )
        heights = [limit for found in series.spread.values() for limit in (found[0], found[-1])]
        heights += [point[0] for point in (england.points.values() if england else ())]
        if series.base:
            low = max(min([*heights, 80.0]), _TICKS[0])
            high = min(max([*heights, 125.0]), _TICKS[-1])
            scale = alt.Scale(type="log", domain=[low, high], nice=False, clamp=True)
            axis = alt.Axis(values=[tick for tick in _TICKS if low <= tick <= high])
        else:
            # a choice must not move the scale
            scale, axis = alt.Scale(domain=[0, max(heights) * 1.05], nice=True), alt.Axis(tickCount=5)
        self._height: dict[str, Any] = {"scale": scale, "axis": axis, "title": None}

    def _y(self, field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", **self._height)

    def range(self) -> list[alt.Chart]:
        """All authorities in light grey, the middle eight in ten of them in darker."""
        if not self._series.spread:
            return []
        shown = alt.Chart(alt.NamedData("range")).encode(x=self._x)
        edge: dict[str, Any] = {"stroke": drawing.QUIET, "strokeWidth": 0.75}
        return [
            shown.mark_area(color=drawing.RANGE, **edge).encode(y=self._y("a"), y2="d"),
            shown.mark_area(color=drawing.RANGE_INNER, **edge).encode(y=self._y("b"), y2="c"),
        ]

    def base(self) -> list[alt.Chart]:
        """Of an index, the base year shaded and 100 marked."""
        if self._series.base is None:
            return []
        shown = alt.Chart(alt.NamedData("base"))
        return [
            shown.mark_rect(color=drawing.BASE, stroke=drawing.QUIET, strokeWidth=0.75).encode(
                x=self._x, x2="to"
            ),
            shown.mark_rule(color=drawing.INK, strokeDash=[4, 3], strokeWidth=1).encode(y=self._y("v")),
        ]

    def england(self) -> list[alt.Chart]:
        """England's line with its name at its end."""
        if self._series.england is None:
            return []
        shown = alt.Chart(alt.NamedData("england")).encode(x=self._x, y=self._y("v"))
        tooltip = drawing.tooltip("n", v="Figure", p="Period ending in")
        return [
            shown.mark_line(color=drawing.INK, strokeWidth=3),
            shown.mark_point(color=drawing.INK, filled=True, size=30).encode(tooltip=tooltip),
            shown.mark_text(align="left", dx=8, fontWeight="bold").encode(text="end:N"),
        ]

    def chosen(self) -> list[alt.Chart]:
        """What a script fills in: the authorities that a reader chooses, each with its interval."""
        shown = drawing.chosen().encode(x=self._x)
        tooltip = drawing.tooltip("n", v="Figure", l="95% from", u="95% to", p="Period ending in")
        return [
            shown.mark_rule(opacity=0.7, strokeWidth=2).encode(y=self._y("l"), y2="u"),
            shown.mark_line(strokeWidth=2).encode(y=self._y("v"), detail="n:N"),
            shown.mark_point(filled=True, size=70, opacity=1).encode(
                y=self._y("v"), shape=drawing.SHAPE, tooltip=tooltip
            ),
        ]
