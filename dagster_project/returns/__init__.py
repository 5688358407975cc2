"""Readers of returns: a file as tables of text, one module per return, with no database.

A module of a return has ``RETURN_ID``, ``recognises`` (how a file begins) and ``read``. A file is known by
what it holds, never by its name.
"""

from pathlib import Path

from dagster_project.returns import cin, csww
from dagster_project.returns.reading import EXPORT_AGAIN, Reading, UnreadableFile, printable
from dagster_project.returns.xml_stream import opening

__all__ = ["READABLE", "READABLE", "Reading", "UnreadableFile", "printable", "read", "recognise"]

_READERS = {reader.RETURN_ID: reader for reader in (cin, csww)}

#: The ids of the returns that have a reader.
READABLE = tuple(_READERS)

#: The ids of the returns that have a reader.
READABLE = tuple(_READERS)

_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"  # byte order marks and the zeros of UTF-16 count as blank


def recognise(file: Path) -> str:
    """The id of the return that ``file`` holds.

    Raises:
        UnreadableFile: it holds none that can be read.
    """
    wanted = "give a return that can be read: " + ", ".join(name.upper() for name in _READERS)
    try:
        with file.open("rb") as source:
            head = source.read(4096)
    except OSError as error:
        fault = f"cannot be opened ({type(error).__name__})"
        raise UnreadableFile(file, fault, "check that it may be read") from None
    if not head.lstrip(_BLANK):
        raise UnreadableFile(file, "is empty", EXPORT_AGAIN)
    if not head.lstrip(_BLANK).startswith(b"<"):
        raise UnreadableFile(file, "does not begin as XML does", wanted)
    begins = opening(file)
    for return_id, reader in _READERS.items():
        if reader.recognises(begins):
            return return_id
    raise UnreadableFile(file, "is XML, but not of a return known here", wanted)


def read(file: Path) -> Reading:
    """The return in ``file``, recognised by its content.

    Raises:
        UnreadableFile: it cannot be read; said in one line, without a value from a record.
    """
    return _READERS[recognise(file)].read(file)
