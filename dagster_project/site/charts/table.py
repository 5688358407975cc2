"""A chart's numbers as a table: the cells that stand in it."""

from collections.abc import Callable
from typing import NamedTuple


class Number(NamedTuple):
    """A number in a cell: as it is read, and as it is."""

    text: str
    value: float | None


Cell = str | Number


def number(value: float | None, figure: Callable[[float], str]) -> Number:
    """A number as ``figure`` says it, or a dash where there is none."""
    return Number("–" if value is None else figure(value), value)
