"""The layout of an XML return: the dictionary's paths as a tree of element names, ready for one parse.

Only names below names are compared, so ``DateOfInitialCPC`` under ``CINdetails`` and the one under
``Section47`` never meet.
"""

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import Field, Table, field_taken_over, fields, tables
from dagster_project.dictionary.arrow import PLACE, as_read

_AHEAD = 2  # a row begins with its parent's number and its line; the fields follow


class Rows:
    """The rows of one table while they are read: few at a time as lists, the others already as Arrow.

    ``guests`` are the tables that stand in the same element and share its rows until the file is read.
    """

    def __init__(self, table: Table, above: "Rows | None", guests: list[Table]):
        schema = as_read(table.return_id, table.name)
        for guest in guests:
            for field in _own(guest):
                schema = schema.append(pa.field(_guest_column(guest, field), pa.string()))
        names = schema.names[len(PLACE) :]
        self.name = table.name
        self.above = above
        self.blank = [None] * len(names)
        self.open: list[list] = []  # the last one may still be growing
        self.settled = 0
        self._schema = schema
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

    __slots__ = ("above", "below", "column", "field", "find", "had", "keeps", "name", "open", "opens", "rows")

    def __init__(self, name: str, above: "Element | None"):
        self.name = name
        self.above = above
        self.below: dict[str, Element] = {}
        self.find = self.below.get  # asked once per element of the file
        self.opens: Rows | None = None
        self.keeps: Rows | None = None  # whose row it is if none stands in it
        self.had = 0  # how many rows there were when it began
        self.rows: Rows | None = above.rows if above else None  # the table whose row it stands in
        self.field: str | None = None
        self.column = 0  # where in a row its text belongs
        self.open: list[list] = []  # the rows of which the last is the one it stands in


def layout(return_id: str) -> tuple[Element, dict[str, Rows]]:
    """The element above the root, and the still empty rows of every table that has an element of its own."""
    top = Element("", None)
    found: dict[str, Rows] = {}
    for table in tables(return_id):  # parents come first: rows are opened from the outside in
        if not table.path or _is_guest(table):
            continue
        guests = [each for each in tables(return_id) if each.parent == table.name and _is_guest(each)]
        opening = _element(top, table.path)
        found[table.name] = Rows(table, found[table.parent] if table.parent else None, guests)
        opening.opens = opening.rows = found[table.name]
        if table.keeps_empty and opening.above:
            opening.above.keeps = found[table.name]
        place = _AHEAD
        for field in fields(return_id, table.name):
            _leaf(top, field, found[table.name], place)
            place += 1
        for guest in guests:
            for field in _own(guest):
                _leaf(top, field, found[table.name], place)
                place += 1
    return top, found


def with_guests(return_id: str, rows: dict[str, Rows]) -> dict[str, pa.Table]:
    """All tables of the return: a guest has a row wherever one of its own fields was filled."""
    read = {name: each.table() for name, each in rows.items()}
    for table in tables(return_id):
        if not _is_guest(table):
            continue
        home = read[table.parent or ""]
        columns = {field.name: home[_guest_column(table, field)] for field in _own(table)}
        filled = reduce(pc.or_, (column.is_valid() for column in columns.values()))
        kept = home.filter(filled)
        numbers = pa.array(range(1, kept.num_rows + 1), pa.int32())
        arrays = {"row_number": numbers, "parent_row": kept["row_number"], "line": kept["line"]}
        arrays |= {name: column.filter(filled) for name, column in columns.items()}
        schema = as_read(return_id, table.name)
        blank = pa.nulls(kept.num_rows, pa.string())
        read[table.name] = pa.table([arrays.get(name, blank) for name in schema.names], schema=schema)
    for table in tables(return_id):
        if table.name in rows:
            read[table.name] = read[table.name].select(as_read(return_id, table.name).names)
    return read


def _is_guest(table: Table) -> bool:
    """Whether it has no element of its own: its fields stand among those of the table above."""
    return bool(table.path) and any(
        each.name == table.parent and each.path == table.path for each in tables(table.return_id)
    )


def _own(table: Table) -> list[Field]:
    return [field for field in fields(table.return_id, table.name) if not field_taken_over(field)]


def _guest_column(table: Table, field: Field) -> str:
    return f"{table.name}.{field.name}"


def _leaf(top: Element, field: Field, rows: Rows, place: int) -> None:
    if field_taken_over(field) or not field.path:
        return
    leaf = _element(top, field.path)
    if leaf.rows is not rows:
        raise KeyError(f"seeds/dictionary: {field.path} does not lie in the table {rows.name}")
    leaf.field, leaf.column, leaf.open = field.name, place, rows.open


def _element(top: Element, path: str) -> Element:
    element = top
    for name in path.strip("/").split("/"):
        if name not in element.below:
            element.below[name] = Element(name, element)
        element = element.below[name]
    return element
