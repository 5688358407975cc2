"""The layout of an XML return: the dictionary's paths as a tree of element names, ready for one parse.

Only names below names are compared, so ``DateOfInitialCPC`` under ``CINdetails`` and the one under
``Section47`` never meet.
"""

import pyarrow as pa

from dagster_project.dictionary import Table, field_taken_over, fields, tables
from dagster_project.dictionary.arrow import as_read

_AHEAD = 2  # a row begins with its parent's number and its line; the fields follow


class Rows:
    """The rows of one table while they are read: few at a time as lists, the others already as Arrow."""

    def __init__(self, table: Table, above: "Rows | None"):
        names = [field.name for field in fields(table.return_id, table.name)]
        self.name = table.name
        self.above = above
        self.blank = [None] * len(names)
        self.open: list[list] = []  # the last one may still be growing
        self.settled = 0
        self._schema = as_read(table.return_id, table.name)
        self._batches: list[pa.RecordBatch] = []

    def count(self) -> int:
        """How many rows there are, which is also the number of the latest."""
        return self.settled + len(self.open)

    def settle(self, keep: int = 1) -> None:
        """Turn all but the last ``keep`` rows into Arrow, which is several times smaller."""
        rows = self.open[: len(self.open) - keep]
        if rows:
            numbers = range(self.settled + 1, self.settled + len(rows) + 1)
            columns = zip(self._schema, [numbers, *zip(*rows, strict=True)], strict=True)
            arrays = [pa.array(values, type=field.type) for field, values in columns]
            self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
            self.settled += len(rows)
            del self.open[: len(rows)]

    def table(self) -> pa.Table:
        """All rows, in the order of the file."""
        self.settle(keep=0)
        return pa.Table.from_batches(self._batches, schema=self._schema)


class Element:
    """An element that may stand here, and what it does: open a row of a table, give a field its value."""

    __slots__ = ("above", "below", "column", "field", "find", "name", "open", "opens", "rows")

    def __init__(self, name: str, above: "Element | None"):
        self.name = name
        self.above = above
        self.below: dict[str, Element] = {}
        self.find = self.below.get  # asked once per element of the file
        self.opens: Rows | None = None
        self.rows: Rows | None = above.rows if above else None  # the table whose row it stands in
        self.field: str | None = None
        self.column = 0  # where in a row its text belongs
        self.open: list[list] = []  # the rows of which the last is the one it stands in


def layout(return_id: str) -> tuple[Element, dict[str, Rows]]:
    """The element above the root, and the still empty rows of every table."""
    top = Element("", None)
    found: dict[str, Rows] = {}
    for table in tables(return_id):  # parents come first: rows are opened from the outside in
        opening = _element(top, table.path)
        found[table.name] = Rows(table, found[table.parent] if table.parent else None)
        opening.opens = opening.rows = found[table.name]
    for table in tables(return_id):
        for position, field in enumerate(fields(return_id, table.name)):
            if not field_taken_over(field):
                leaf = _element(top, field.path)
                if leaf.rows is not found[table.name]:
                    raise KeyError(f"seeds/dictionary: {field.path} does not lie in the table {table.name}")
                leaf.field, leaf.column, leaf.open = field.name, position + _AHEAD, leaf.rows.open
    return top, found


def _element(top: Element, path: str) -> Element:
    element = top
    for name in path.strip("/").split("/"):
        if name not in element.below:
            element.below[name] = Element(name, element)
        element = element.below[name]
    return element
