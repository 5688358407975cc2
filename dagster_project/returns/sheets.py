"""Tables of text as people keep them: a CSV file is one sheet, a workbook has several.

A sheet is given in chunks, each with the number of every row as a spreadsheet shows it, so that nothing is
held whole but what is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc


@dataclass
class Chunk:
    """Some rows of a sheet: their numbers, and its columns as text, blank cells null."""

    numbers: pa.Array
    columns: list[pa.Array]

    def cells(self, row: int) -> list[str | None]:
        """The cells of one row."""
        return [column[row].as_py() for column in self.columns]

    def after(self, row: int) -> "Chunk":
        """What follows a row, without the rows in which every cell is blank."""
        rest = Chunk(self.numbers[row + 1 :], [column[row + 1 :] for column in self.columns])
        filled = pa.array([False] * len(rest.numbers), pa.bool_())
        for column in rest.columns:
            filled = pc.or_(filled, column.is_valid())
        if pc.all(filled).as_py() in (True, None):
            return rest
        return Chunk(rest.numbers.filter(filled), [column.filter(filled) for column in rest.columns])


@dataclass
class Sheet:
    """One sheet. ``noticed`` is what its file departs in, as names of violations: ``windows_1252``."""

    name: str
    chunks: Iterator[Chunk]
    noticed: list[str] = field(default_factory=list)


def trimmed(column: pa.Array) -> pa.Array:
    """The column without spaces around its values, and null where nothing is left."""
    text = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
