"""Readers of returns: a file as tables of text, with no database.

A file is known by what it holds, never by its name. XML returns have a module each, with ``RETURN_ID``,
``recognises`` (how a file begins) and ``read``; those of rows under headings are read from the dictionary.
"""

from dataclasses import replace
from pathlib import Path

from dagster_project.returns import cin, csww, matching, ssda903, zips
from dagster_project.returns.csv_sheet import csv_sheet
from dagster_project.returns.matching import LOCAL
from dagster_project.returns.reading import EXPORT_AGAIN, DoubtfulYear, Reading, UnreadableFile, printable
from dagster_project.returns.source import Source
from dagster_project.returns.tabular import read_sheets
from dagster_project.returns.told import NOTHING_TOLD, Extract, Told, told_by
from dagster_project.returns.workbook import OLD_OR_LOCKED, is_workbook, workbook
from dagster_project.returns.xml_stream import opening

__all__ = [
    "LOCAL",
    "NOTHING_TOLD",
    "DoubtfulYear",
    "READABLE",
    "Extract",
    "Reading",
    "Source",
    "Told",
    "UnreadableFile",
    "contents",
    "printable",
    "read",
    "told_by",
]

_XML_READERS = (cin, csww, ssda903)

#: The ids of the returns that can be read.
READABLE = tuple(dict.fromkeys([*(reader.RETURN_ID for reader in _XML_READERS), *matching.TABULAR, LOCAL]))

_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"  # byte order marks and the zeros of UTF-16 count as blank
_WANTED = "give a return that can be read, as XML, CSV or .xlsx; the README lists them"


def contents(source: Source) -> list[Source]:
    """The files in ``source`` if it is a zip of them; else itself alone.

    Raises:
        UnreadableFile: a zip that is damaged, locked, empty or hostile.
    """
    if not _head(source).startswith(zips.SIGNATURE):
        return [source]
    if is_workbook(zips.listed(source)):  # unpacked by whoever reads it, if it is new
        return [source]
    names = zips.listed(source, unpacked=True)
    found = [
        replace(source, member=name) for name in names if not name.split("/")[-1].startswith((".", "~$"))
    ]
    if not found:
        raise UnreadableFile(source, "is a zip with no file in it", EXPORT_AGAIN)
    return found


def read(file: Path | Source, told: Told = NOTHING_TOLD) -> Reading:
    """The return in ``file``, recognised by its content; ``told`` is what is known of it besides.

    Raises:
        UnreadableFile: it cannot be read; said in one line, without a value from a record.
    """
    source = file if isinstance(file, Source) else Source(file)
    head = _head(source)
    if not head.lstrip(_BLANK):
        raise UnreadableFile(source, "is empty", EXPORT_AGAIN)
    if head.startswith(OLD_OR_LOCKED):
        said = "is a workbook locked by a password, or of before 2007"
        raise UnreadableFile(source, said, "save it as .xlsx without a password")
    if head.startswith(zips.SIGNATURE):
        if source.member:
            raise UnreadableFile(source, "is a zip or workbook inside a zip", "take it out of there")
        return read_sheets(source, workbook(source), told)
    if not head.lstrip(_BLANK).startswith(b"<"):
        return read_sheets(source, [csv_sheet(source)], told)
    begins = opening(source)
    for reader in _XML_READERS:
        if reader.recognises(begins):
            return reader.read(source, told)
    raise UnreadableFile(source, "is XML, but not of a return known here", _WANTED)


def _head(source: Source) -> bytes:
    try:
        with source.open() as stream:
            return stream.read(4096)
    except OSError as error:
        fault = f"cannot be opened ({type(error).__name__})"
        raise UnreadableFile(source, fault, "check that it may be read") from None
