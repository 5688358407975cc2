"""Returns that come as rows under headings: CSV files and workbooks, driven by the dictionary.

Headings may be in another order, in other letters or under an older name; columns may be missing or be more
than asked for. All of that is noticed and never stops the read.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import Field, fields
from dagster_project.dictionary.arrow import VIOLATION, as_read
from dagster_project.returns import matching
from dagster_project.returns.matching import Ambiguous, Layout, Match
from dagster_project.returns.period import about
from dagster_project.returns.reading import Reading, UnreadableFile
from dagster_project.returns.sheets import Chunk, Sheet
from dagster_project.returns.source import Source
from dagster_project.returns.told import Extract, Told

_HEADINGS_ROWS = 100  # the first chunk of a sheet has as many rows at least, if there are so many


class _Notice(NamedTuple):
    """Something odd, by its kind and its place."""

    table: str | None
    check: str
    line: int | None = None
    field: str | None = None


def read_sheets(source: Source, sheets: list[Sheet], told: Told) -> Reading:
    """The return that the ``sheets`` of a file hold.

    Raises:
        UnreadableFile: no sheet is a table known here, or it is not known whose or about when it is.
    """
    layouts = [*matching.declared(), *map(matching.of_extract, told.extracts)]
    read: dict[str, list[pa.Table]] = {}
    noticed: list[_Notice] = []
    matches: list[Match] = []
    near: str | None = None
    for sheet in sheets:
        first = next(sheet.chunks, None)
        match = _match(source, sheet, first, layouts) if first else None
        if first is None or match is None:
            near = near or (_nearest(first, layouts) if first else None)
            noticed += [_Notice(None, "unknown_sheet")] if len(sheets) > 1 else []
            continue
        layouts = [layout for layout in layouts if layout.return_id == match.layout.return_id]
        noticed += [_Notice(match.layout.table, check) for check in sheet.noticed]
        noticed += _of_headings(first, match)
        noticed += [_Notice(match.layout.table, "repeated_sheet")] if match.layout.table in read else []
        read.setdefault(match.layout.table, []).append(_table(match, first, sheet))
        matches.append(match)
    if not read:
        said = f"has no headings of a table known here{f' ({near})' if near else ''}"
        raise UnreadableFile(source, said, "check that the first row names the columns as its guide does")
    return_id = matches[0].layout.return_id
    tables = {name: _numbered(parts) for name, parts in read.items()}
    period = about(source, return_id, tables, told)
    for match in matches:
        noticed += _missing(match, period.year)
    noticed += [_Notice(matches[0].layout.table, check) for check in period.noticed]
    return Reading(
        return_id,
        period.la_code,
        period.year,
        period.end,
        told.published.isoformat() if told.published else None,
        tables,
        _violations(noticed),
    )


def _match(source: Source, sheet: Sheet, first: Chunk, layouts: list[Layout]) -> Match | None:
    rows = [first.cells(row) for row in range(min(len(first.numbers), _HEADINGS_ROWS))]
    try:
        return matching.matched(rows, layouts, f"{source.name} {sheet.name}")
    except Ambiguous as several:
        tables = " or ".join(several.args)
        said = f"has headings that fit {tables}"
        raise UnreadableFile(source, said, "put the one it is into its name") from None


def _nearest(first: Chunk, layouts: list[Layout]) -> str | None:
    rows = [first.cells(row) for row in range(min(len(first.numbers), _HEADINGS_ROWS))]
    return matching.nearest(rows, layouts)


def _of_headings(first: Chunk, match: Match) -> Iterator[_Notice]:
    """What is odd about the headings: only their place is told, since a heading may be anything."""
    table, line = match.layout.table, first.numbers[match.row].as_py()
    cells = zip(first.cells(match.row), match.found, first.columns, strict=True)
    for place, (cell, name, column) in enumerate(cells, 1):
        below = column[match.row + 1 :]
        is_unasked = name is None and not match.layout.extract  # which declares what it wants, and no more
        if is_unasked and (cell or below.null_count < len(below)):
            check = "unknown_column" if cell else "blank_heading"
            yield _Notice(table, check, line, f"column {place}")
    for name, times in Counter(name for name in match.found if name).items():
        if times > 1:
            yield _Notice(table, "repeated_column", line, name)


def _missing(match: Match, year: int) -> Iterator[_Notice]:
    """The columns of the year that are not there; a local extract has those that it declares."""
    if match.layout.extract:
        return
    for field in fields(match.layout.return_id, match.layout.table, year):
        if field.name not in match.found and not field.is_xml_only:
            yield _Notice(match.layout.table, "missing_column", match.row + 1, field.name)


def _table(match: Match, first: Chunk, sheet: Sheet) -> pa.Table:
    """All rows of the sheet below its headings, with the place of each."""
    schema = as_read(match.layout.return_id, match.layout.table)
    place = {name: number for number, name in reversed(list(enumerate(match.found))) if name}
    batches = []
    for chunk in _below(match, first, sheet):
        blank = pa.nulls(len(chunk.numbers), pa.string())
        width = len(chunk.columns)
        columns = [
            _understood(chunk.columns[place[field.name]], match.layout.extract, field)
            if field.name in place and place[field.name] < width
            else blank
            for field in fields(match.layout.return_id, match.layout.table)
        ]
        nowhere = pa.nulls(len(chunk.numbers), pa.int32())
        batches.append(pa.table([nowhere, nowhere, chunk.numbers, *columns], schema=schema))
    return pa.concat_tables(batches) if batches else schema.empty_table()


def _below(match: Match, first: Chunk, sheet: Sheet) -> list[Chunk]:
    return [first.after(match.row), *(chunk.after(-1) for chunk in sheet.chunks)]


def _understood(column: pa.Array, extract: Extract | None, field: Field) -> pa.Array:
    """The values of a local extract in the dictionary's words; those of a return as they are."""
    if extract is None:
        return column
    meant = {said.casefold(): code for said, code in extract.values.get(field.name, {}).items()}
    date_format = extract.date_format if field.kind == "date" else None
    encoded = column.dictionary_encode()
    values = [
        meant.get(value.casefold()) or _day(value, date_format) or value
        for value in encoded.dictionary.to_pylist()
    ]
    return pc.take(pa.array(values, pa.string()), encoded.indices)


def _day(text: str, date_format: str | None) -> str | None:
    """The day in the declared form, before any other reading of it: 03/06/2024 may be the 6th of March."""
    if not date_format:
        return None
    try:
        return datetime.strptime(text, date_format).date().isoformat()
    except ValueError:
        return None


def _numbered(parts: list[pa.Table]) -> pa.Table:
    """The rows of all sheets of a table, counted through."""
    table = pa.concat_tables(parts)
    numbers = pa.array(range(1, table.num_rows + 1), pa.int32())
    return table.set_column(0, "row_number", numbers).combine_chunks()


def _violations(noticed: list[_Notice]) -> pa.Table:
    rows = [
        {"table_name": each.table, "line": each.line, "field": each.field, "check": each.check}
        for each in noticed
    ]
    return pa.Table.from_pylist(rows, schema=VIOLATION)
