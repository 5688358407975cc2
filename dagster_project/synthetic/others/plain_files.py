"""Rows under headings as files: CSV and workbooks, the same bytes for the same rows, whole or not at all."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

Cell = str | int | float | date | None

#: When every workbook says it was made; the time of the run would make each another file.
_MADE = datetime(2016, 3, 31)


def write_csv(
    file: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], encoding: str = "utf-8"
) -> Path:
    """Write a CSV file and give it back; ``utf-8-sig`` puts a byte order mark before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return _whole(file, text.getvalue().encode(encoding))


def write_workbook(
    file: Path, sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = ""
) -> Path:
    """Write a workbook of one sheet and give it back; a ``title`` stands two rows above the headings.

    Text stays text, whatever it looks like; days are cells of that kind, shown with the day first.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _MADE})
    day_first = book.add_format({"num_format": "dd/mm/yyyy"})
    page = book.add_worksheet(sheet)
    if title:
        page.write_string(0, 0, title)
    for number, row in enumerate([headings, *rows], start=2 if title else 0):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, cell)
            elif isinstance(cell, date):
                page.write_datetime(number, column, datetime(cell.year, cell.month, cell.day), day_first)
            elif cell is not None:
                page.write_number(number, column, cell)
    book.close()
    return _whole(file, buffer.getvalue())


def _whole(file: Path, content: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    try:
        part.write_bytes(content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file
