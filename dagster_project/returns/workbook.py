"""A workbook as sheets: every cell as text, formulas as the values last worked out, dates in ISO."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.returns import zips
from dagster_project.returns.reading import UnreadableFile
from dagster_project.returns.sheets import Chunk, Sheet, trimmed
from dagster_project.returns.source import Source

if TYPE_CHECKING:
    from fastexcel import ExcelReader

MOST_UNPACKED = 1024**3

#: How a file begins that Excel protects with a password, or wrote before 2007.
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"


def is_workbook(names: list[str]) -> bool:
    """Whether a zip that holds files of these names is a workbook."""
    return "xl/workbook.xml" in names


def workbook(source: Source) -> list[Sheet]:
    """The sheets of the workbook at ``source``, hidden ones included.

    Raises:
        UnreadableFile: damaged, with macros, or larger than it should be.
    """
    names = zips.members(source, MOST_UNPACKED)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(source, "is a workbook with macros", "save it as .xlsx, which has none")
    import fastexcel  # not needed by those who send XML

    try:
        with source.open() as stream:
            book = fastexcel.read_excel(stream.read())
        return [Sheet(name, _chunks(source, book, name)) for name in book.sheet_names]
    except fastexcel.FastExcelError as fault:
        raise _damaged(source, fault) from None


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
    return UnreadableFile(source, said, "open it in a spreadsheet and save it again as .xlsx")
