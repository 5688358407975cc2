"""A workbook as sheets: every cell as text, formulas as the values last worked out, dates in ISO."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.returns import zips
from dagster_project.returns.reading import UnreadableFile
from dagster_project.returns.sheets import Chunk, Sheet, trimmed
from dagster_project.returns.source import Source
from dagster_project.returns.xml_stream import MOST_TAG, opening

if TYPE_CHECKING:
    from fastexcel import ExcelReader

MOST_UNPACKED = 1024**3
_FEW_CELLS = 4_000_000  # which may as well be blank
_MOST_BLANK = 10  # for each that is filled
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,9})([0-9]{1,15})""")  # of a row or a cell
_SAVE_AGAIN = "open it in a spreadsheet and save it again as .xlsx"

#: How a file begins that Excel protects with a password, or wrote before 2007.
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"


def is_workbook(names: list[str]) -> bool:
    """Whether a zip that holds files of these names is a workbook, if only half of one."""
    return any(name.startswith("xl/") for name in names)


def workbook(source: Source) -> list[Sheet]:
    """The sheets of the workbook at ``source``, hidden ones included.

    Raises:
        UnreadableFile: damaged, hostile, with macros, or larger than it should be.
    """
    names = zips.listed(source, MOST_UNPACKED, unpacked=True)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(source, "is a workbook with macros", "save it as .xlsx, which has none")
    for name in names:
        if name.endswith(".xml"):
            part = replace(source, member=name)
            opening(part)  # refuses a DOCTYPE
            _check_extent(part)
    import fastexcel  # not needed by those who send XML

    try:
        with source.open() as stream:
            book = fastexcel.read_excel(stream.read())
    except fastexcel.FastExcelError as fault:
        raise _damaged(source, fault) from None
    if not book.sheet_names:
        raise UnreadableFile(source, "is a workbook without a sheet", _SAVE_AGAIN)
    return [Sheet(name, _chunks(source, book, name)) for name in book.sheet_names]


def _check_extent(part: Source) -> None:
    """Refuse a sheet with a cell far away from all others: it is held as the whole rectangle between them."""
    cells, rows, columns, rest = 0, 1, {b"A"}, b""
    with part.open() as stream:
        while block := stream.read(MOST_TAG):
            tags, _, rest = (rest + block).rpartition(b">")
            if len(rest) > MOST_TAG:
                said = f"has a tag that does not end within {MOST_TAG:,} bytes"
                raise UnreadableFile(part, said, _SAVE_AGAIN)
            if found := _PLACE.findall(tags):
                at_columns, at_rows = zip(*found, strict=True)
                cells += len(found)
                rows = max(rows, *map(int, at_rows))
                columns |= set(at_columns)
    widest = 0
    for letter in max(columns, key=lambda column: (len(column), column.upper())).upper():
        widest = 26 * widest + letter - ord("A") + 1
    if rows * widest > max(_FEW_CELLS, _MOST_BLANK * cells):
        said = "has a sheet with a cell far away from all others"
        raise UnreadableFile(part, said, "delete what stands there and save it again")


def _chunks(source: Source, book: "ExcelReader", name: str) -> Iterator[Chunk]:
    import fastexcel

    try:
        table = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    except fastexcel.FastExcelError as fault:
        if "empty" in str(fault).lower():
            return
        raise _damaged(source, fault) from None
    columns = [trimmed(column) for column in table.columns]
    yield Chunk(pa.array(range(1, table.num_rows + 1), pa.int32()), columns)


def _damaged(source: Source, fault: Exception) -> UnreadableFile:
    said = f"is a workbook that cannot be read ({type(fault).__name__})"
    return UnreadableFile(source, said, _SAVE_AGAIN)
