"""How a chart is drawn: its look, its SVG, and the script that takes it over."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt
import vl_convert

from dagster_project.site.cells import Cell

#: The names that the stylesheet gives a chart's colours.
INK, QUIET, GRID, RANGE, RANGE_INNER, BASE, ACCENT = (
    f"var(--chart-{name})" for name in ("ink", "quiet", "grid", "range", "range-inner", "base", "accent")
)
CHOSEN = tuple(f"var(--chart-{number})" for number in range(1, 5))

_VERSION = "6.4"
_FONT = "system-ui, sans-serif"

LOOK: dict[str, Any] = {
    "background": None,
    "aria": False,  # the page gives the alternative in words
    "font": _FONT,
    "padding": {"left": 4, "top": 16, "right": 64, "bottom": 4},  # England's name stands right of its line
    "view": {"stroke": None, "continuousWidth": 540, "continuousHeight": 330},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": GRID,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "labelAngle": 0,
        "titlePadding": 8,
    },
    "axisX": {"grid": False, "labelOverlap": True},
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -12, "domain": False},
    "text": {"fontSize": 13, "color": INK},
}


#: What tells chosen areas apart beside their colour.
SHAPE = alt.Shape(
    "s:N",
    legend=None,
    scale=alt.Scale(domain=[0, 1, 2, 3], range=["circle", "square", "triangle-up", "diamond"]),
)


def chosen() -> alt.Chart:
    """Marks of the areas a reader chooses; a script fills them in: ``n`` is the name, ``s`` which of them."""
    colour = alt.Color("s:N", legend=None, scale=alt.Scale(domain=[0, 1, 2, 3], range=list(CHOSEN)))
    return alt.Chart(alt.NamedData("chosen")).encode(color=colour)


def nation(y: alt.Y) -> list[alt.Chart]:
    """England's figure as a line across, with its name: the one row of ``england``; ``y`` is of ``v``."""
    drawn = alt.Chart(alt.NamedData("england")).encode(y=y)
    return [
        drawn.mark_rule(color=INK, strokeWidth=1.5),
        drawn.mark_text(align="left", dx=8, fontWeight="bold").encode(x=alt.value("width"), text="n:N"),
    ]


def nation_data(value: float) -> list[dict[str, Any]]:
    """The one row of ``england``."""
    return [{"v": rounded([value])[0], "n": "England"}]


def tooltip(name: str, **fields: str) -> list[alt.Tooltip]:
    """What is told of a mark under the pointer: its name, and numbers with what they are."""
    return [
        alt.Tooltip(f"{name}:N", title="Area"),
        *(alt.Tooltip(f"{field}:Q", title=title) for field, title in fields.items()),
    ]


@dataclass(frozen=True)
class Chart:
    """A chart with all that must stand around it.

    ``title`` says what is found; ``subtitle`` the measure, its unit and the place; ``alternative`` serves who
    cannot see it. ``drawing`` names its data sets, which are in ``data``; ``columns`` and ``rows`` have the
    same as a table. ``chosen`` is what a script may draw on top: ``points`` by area, their ``fields`` named.
    """

    name: str
    title: str
    subtitle: str
    alternative: str
    drawing: alt.LayerChart
    data: Mapping[str, list[dict[str, Any]]]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    key: str = ""
    chosen: Mapping[str, Any] | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The positions of the table's columns of numbers."""
        return tuple(at for at, cell in enumerate(self.rows[0]) if not isinstance(cell, str))

    @cached_property
    def specification(self) -> dict[str, Any]:
        """The chart in Vega-Lite."""
        told: dict[str, Any] = self.drawing.to_dict(validate=False)
        return told | {"config": LOOK, "datasets": {"chosen": [], **self.data}}

    @property
    def svg(self) -> str:
        """The chart as it stands without a script."""
        drawn = vl_convert.vegalite_to_svg(self.specification, vl_version=_VERSION)
        # what a strict policy forbids, and what stands there for programs that edit drawings
        drawn = re.sub(r' (style|class|role|aria-[a-z]+|xmlns(:xlink)?|version)="[^"]*"', "", drawn)
        return re.sub(r"<path d=\"M0,0h0v0h0Z\"[^>]*/>", "", drawn)

    @property
    def script(self) -> str:
        """The same for the script, as JSON that may stand in a page."""
        told = {"spec": self.specification, **({"chosen": self.chosen} if self.chosen else {})}
        return json.dumps(told, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def rounded(values: Iterable[float | None]) -> list[float | int | None]:
    """Numbers to draw: four significant digits, whole where they are whole."""
    found: list[float | int | None] = []
    for value in values:
        short = None if value is None else float(f"{value:.4g}")
        found.append(int(short) if short is not None and short.is_integer() else short)
    return found


def script() -> str:
    """The one script that takes charts over, bundled from the installed package."""
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_VERSION))
