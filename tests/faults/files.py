"""Files as senders write them, and as no sender should: CSV, workbooks and zips, byte for byte."""

import csv
import io
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from dagster_project.dictionary import fields

Cell = str | int | float | bool | date | None


def names(return_id: str, table: str, year: int | None = 2025) -> list[str]:
    """The headings of a table in a year."""
    return [field.name for field in fields(return_id, table, year)]


def row(return_id: str, table: str, year: int | None = 2025, **values: str) -> list[str]:
    """A row of a table that is blank but for ``values``."""
    return [values.get(name, "") for name in names(return_id, table, year)]


def csv_text(rows: Iterable[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Rows as a case system exports them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


HEADER = ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]
EPISODES = names("ssda903", "episodes")


def header(*children: str, **values: str) -> str:
    """An SSDA903 header file of 2024-25 that meets its contract."""
    known = {
        "SEX": "F",
        "DOB": "17/06/2012",
        "ETHNIC": "WBRI",
        "UPN": "A12345678901B",
        "MOTHER": "0",
    } | values
    return csv_text([HEADER, *([child, *(known.get(name, "") for name in HEADER[1:])] for child in children)])


def episodes(*children: str, **values: str) -> str:
    """An SSDA903 episodes file that meets its contract: one open episode for each child."""
    known = {"DECOM": "03/06/2024", "RNE": "S", "LS": "V2", "CIN": "N1", "PLACE": "U1"} | values
    rows = ([child, *(known.get(name, "") for name in EPISODES[1:])] for child in children)
    return csv_text([EPISODES, *rows])


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: Sequence[str] = ()) -> bytes:
    """A workbook; days are cells of that kind, text is text whatever it looks like."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    day_first = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        if name in hidden:
            page.hide()
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(number, column, datetime(cell.year, cell.month, cell.day), day_first)
                elif isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif cell is not None:
                    page.write(number, column, cell)
    book.close()
    return buffer.getvalue()


def remade(content: bytes, **parts: bytes | None) -> bytes:
    """A zip with parts put in, changed or, where None, left out."""
    changed = dict(parts)
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = changed.pop(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in changed.items():
            if part is not None:
                new.writestr(name, part)
    return buffer.getvalue()


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of files, as a person makes it."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Member:
    """One entry of a zip made by hand. What is None is told truly; ``at`` puts it in another one's bytes."""

    name: str
    content: bytes = b""
    packed: bytes | None = None
    says_size: int | None = None
    says_checksum: int | None = None
    flags: int = 0
    mode: int = 0o100644
    at: int | None = None


def forged(members: Iterable[Member]) -> bytes:
    """A zip whose list of members says what it is told to say."""
    body, listed = bytearray(), bytearray()
    count = 0
    for each in members:
        packed = each.packed if each.packed is not None else deflated(each.content)
        size = len(each.content) if each.says_size is None else each.says_size
        checksum = zlib.crc32(each.content) if each.says_checksum is None else each.says_checksum
        name, flags = each.name.encode(), each.flags if each.name.isascii() else each.flags | 0x800
        common = struct.pack("<HHHHHIIIHH", 20, flags, 8, 0, 0, checksum, len(packed), size, len(name), 0)
        place = len(body) if each.at is None else each.at
        if each.at is None:
            body += b"PK\x03\x04" + common + name + packed
        listed += b"PK\x01\x02" + struct.pack("<H", 0x0314) + common
        listed += struct.pack("<HHHII", 0, 0, 0, each.mode << 16, place) + name
        count += 1
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(listed), len(body), 0
    )
    return bytes(body + listed + end)


def deflated(content: bytes) -> bytes:
    """What a zip holds of ``content``."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def noughts(megabytes: int) -> bytes:
    """So many megabytes of noughts, packed without ever having been made."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first * megabytes + packer.flush()


def write(file: Path, content: str | bytes) -> Path:
    """``content`` in ``file``, with the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file
