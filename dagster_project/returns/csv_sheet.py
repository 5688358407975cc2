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
_DELIMITERS = ",;\t|"
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
    with source.open() as stream:
        lines = _lines(source, stream, encoding)
        first = next(lines, "")
        delimiter = max(_DELIMITERS, key=first.count)
        rows = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
        done, size = 0, _FIRST
        while True:
            try:
                taken = list(islice(rows, size))
            except csv.Error as fault:
                raise _unreadable(source, rows.line_num, str(fault)) from None
            if not taken:
                return
            if max(map(len, taken)) > MOST_COLUMNS:
                said = f"a row near line {rows.line_num} has more than {MOST_COLUMNS:,} columns"
                raise UnreadableFile(source, said, EXPORT_AGAIN)
            columns = [trimmed(pa.array(cells, pa.string())) for cells in zip_longest(*taken)]
            yield Chunk(pa.array(range(done + 1, done + len(taken) + 1), pa.int32()), columns)
            done, size = done + len(taken), _ROWS


def _lines(source: Source, stream: IO[bytes], encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        while line := text.readline(MOST_LINE):
            number += 1
            if len(line) == MOST_LINE:
                raise _too_long(source, number)
            if "\0" in line:
                raise UnreadableFile(source, f"line {number} holds bytes that are not text", EXPORT_AGAIN)
            yield line
    except UnicodeError:
        said = f"line {number + 1} is text in no encoding known here"
        raise UnreadableFile(source, said, "save it as CSV UTF-8") from None
    finally:
        text.detach()


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
