"""Cells of tables: what a program reads back stands beside what a person reads.

Made here and not by macros: a site has a quarter of a million of them.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from markupsafe import Markup, escape

from dagster_project.site.facts import Facts, Measure, Row


class Number(NamedTuple):
    """A number in a cell: as it is read, and as it is."""

    text: str
    value: float | None


Cell = str | Number


def said(value: float | None, figure: Callable[[float], str]) -> Number:
    """A number as ``figure`` says it, or a dash where there is none."""
    return Number("–" if value is None else figure(value), value)


def number(text: str | int, value: float | None, label: str = "", under: str = "") -> Markup:
    """A cell with a number, and what stands under it.

    ``label`` is its column's head, shown where the table is folded up.
    """
    below = f'<span class="interval">{escape(under)}</span>' if under else ""
    return Markup(f'<td class="number"{_label(label)}{_data("value", value)}>{escape(text)}{below}</td>')


def figure(
    facts: Facts, row: Row | None, measure: Measure, label: str = "", interval: bool = False
) -> Markup:
    """A cell with the figure of a row of ``core_outcome``, or with why there is none."""
    if row is None or row["value"] is None:
        return Markup(f'<td class="number absent"{_label(label)}>{facts.absent(row)}</td>')
    between = ""
    if interval and row["lower_95"] is not None:
        limits = _data("lower", row["lower_95"]) + _data("upper", row["upper_95"])
        words = f"{measure.figure(row['lower_95'])} to {measure.figure(row['upper_95'])}"
        between = f'<span class="interval"{limits}>{words}</span>'
    value, words = _data("value", row["value"]), measure.figure(row["value"])
    return Markup(f'<td class="number"{_label(label)}{value}>{words}{between}</td>')


def rows(table: Iterable[tuple[Cell, ...]]) -> Markup:
    """The rows of a table, the first cell of each its head."""
    return Markup("\n").join(Markup(f"<tr>{''.join(_cells(row))}</tr>") for row in table)


def _cells(row: tuple[Cell, ...]) -> Iterable[str]:
    head, *others = row
    yield f'<th scope="row">{escape(head if isinstance(head, str) else head.text)}</th>'
    for cell in others:
        yield f"<td>{escape(cell)}</td>" if isinstance(cell, str) else number(*cell)


def _data(name: str, value: float | None) -> str:
    return "" if value is None else f' data-{name}="{value:.10g}"'


def _label(label: str) -> str:
    return f' data-label="{escape(label)}"' if label else ""
