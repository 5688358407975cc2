"""A chart's numbers as a table: the cells that stand in it."""

from typing import NamedTuple


class Number(NamedTuple):
    """A number in a cell: as it is read, and as it is."""

    text: str
    value: float | None


#: A cell that has no number.
NONE = Number("–", None)
