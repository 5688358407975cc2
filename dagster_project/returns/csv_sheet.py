"""A CSV file as a sheet, whatever its encoding, delimiter and line ends.

Python's own reader, not the fastest one: it alone gives the row numbers that a spreadsheet shows when cells
hold line breaks, and rows of any length.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import IO

import pyarrow as pa

from dagster_project.returns.reading import EXPORT_AGAIN, UnreadableFile
from dagster_project.returns.sheets import Chunk, Sheet, trimmed
from dagster_project.returns.source import Source

MOST_LINE = 1024 * 1024  # characters
MOST_CELL = 64 * 1024
MOST_COLUMNS = 2_000
_ROWS = 50_000
_FIRST = 100  # the first chunk is small: it may show that this is no return
_TITLES = 20  # lines that may stand above the headings
_DELIMITERS = ",;\t|"
_SAVE_AS_UTF_8 = "save it as CSV UTF-8"
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def csv_sheet(source: Source) -> Sheet:
    """The sheet in ``source``.

    Raises:
        UnreadableFile: not text, or not CSV; while its chunks are taken, also.
    """
    encoding = _encoding(source)
    noticed = ["windows_1252"] if encoding == "cp1252" else []
    return Sheet(source.name, _chunks(source, encoding), noticed)


def _encoding(source: Source) -> str:
    """UTF-16 where its mark says so; UTF-8 where the whole file is that; else Windows-1252."""
    with source.open() as stream:
        head = stream.read(2 * MOST_LINE)
        if marked := _BYTE_ORDER_MARKS.get(head[:2]):
            return marked
        if len(head) == 2 * MOST_LINE and b"\n" not in head and b"\r" not in head:
            raise _too_long(source, 1)  # said before the whole of it is read
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            while block := stream.read(1024 * 1024):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _chunks(source: Source, encoding: str) -> Iterator[Chunk]:
    csv.field_size_limit(MOST_CELL)
    with source.open() as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        lines = _lines(source, text)
        first = list(islice(lines, _TITLES))
        rows = _rows(source, chain(first, lines), _delimiter(first))
        done, size = 0, _FIRST
        while taken := list(islice(rows, size)):
            columns = [trimmed(pa.array(cells, pa.string())) for cells in zip_longest(*taken)]
            yield Chunk(pa.array(range(done + 1, done + len(taken) + 1), pa.int32()), columns)
            done, size = done + len(taken), _ROWS


def _delimiter(lines: list[str]) -> str:
    """That of the first line with several cells: titles may stand above it, and decimal commas below."""
    headings = next((line for line in lines if any(line.count(each) > 1 for each in _DELIMITERS)), "")
    return max(_DELIMITERS, key=(headings or "".join(lines[:1])).count)


def _rows(source: Source, lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """The rows, each looked at as it comes: a hundred of endless width would fill the memory."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in rows:
            if len(row) > MOST_COLUMNS:
                said = f"the row at line {rows.line_num} has more than {MOST_COLUMNS:,} columns"
                raise UnreadableFile(source, said, EXPORT_AGAIN)
            yield row
    except csv.Error as fault:
        raise _unreadable(source, rows.line_num, str(fault)) from None


def _lines(source: Source, text: IO[str]) -> Iterator[str]:
    number = 0
    try:
        while line := text.readline(MOST_LINE):
            number += 1
            if len(line) == MOST_LINE:
                raise _too_long(source, number)
            if "\0" in line:
                raise UnreadableFile(source, f"line {number} holds bytes that are not text", _SAVE_AS_UTF_8)
            yield line
    except UnicodeError:
        # the text is decoded some lines ahead
        said = f"after line {number} is text in no encoding known here"
        raise UnreadableFile(source, said, _SAVE_AS_UTF_8) from None


def _too_long(source: Source, line: int) -> UnreadableFile:
    return UnreadableFile(source, f"line {line} is longer than {MOST_LINE:,} characters", EXPORT_AGAIN)


def _unreadable(source: Source, line: int, fault: str) -> UnreadableFile:
    """What the csv module refuses, said without its words: some of them quote the delimiter it expected."""
    if "field larger" in fault:
        return UnreadableFile(source, f"a cell near line {line} never ends", EXPORT_AGAIN)
    if "end of data" in fault:
        return UnreadableFile(
            source, "ends inside quotation marks", f"copy it again in full, or {EXPORT_AGAIN}"
        )
    return UnreadableFile(source, f"line {line} has a quotation mark out of place", EXPORT_AGAIN)
