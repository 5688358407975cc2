"""Zips, workbooks among them: looked at before anything in them is read."""

import io
import lzma
import stat
import struct
import zlib
from pathlib import PurePosixPath
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from dagster_project.returns.reading import EXPORT_AGAIN, UnreadableFile
from dagster_project.returns.source import Source

MOST_MEMBERS = 5_000
MOST_UNPACKED = 4 * 1024**3  # a national year of censuses, four times over
MOST_RATIO = 200
_SMALL = 16 * 1024**2  # below this a high ratio harms nobody
_MOST_LISTED = 4 * 1024**2  # bytes of the list of members, which is read whole

#: What a damaged zip may lead to: the library lets through what its unpackers raise.
_DAMAGED = (
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)

SIGNATURE = b"PK\x03\x04"


def listed(source: Source, most_unpacked: int = MOST_UNPACKED, *, unpacked: bool = False) -> list[str]:
    """The names of the files in the zip at ``source``, in its order; folders left out.

    If ``unpacked``, each has been unpacked once and holds what the zip says of it, to the byte: what reads it
    afterwards, also in another language, meets no surprise, and of a damaged zip nothing is taken in rather
    than a part.

    Raises:
        UnreadableFile: damaged, locked by a password, larger than it should be, or with names that lead
            outside it.
    """
    try:
        with _Listing(source.path) as stream, ZipFile(stream) as archive:
            found = archive.infolist()
            _check(source, found, most_unpacked)
            for each in found if unpacked else ():
                _unpack(archive, each)
    except LargeZipFile:
        raise _too_many(source) from None
    except UnreadableFile:
        raise
    except _DAMAGED as fault:
        said = f"is a damaged zip ({type(fault).__name__})"
        raise UnreadableFile(source, said, f"copy it again in full, or {EXPORT_AGAIN}") from None
    return [each.filename for each in found if not each.is_dir()]


class _Listing(io.FileIO):
    """A zip whose list of members is refused where it alone would fill the memory."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > _MOST_LISTED:
            raise LargeZipFile
        return super().read(-1 if size is None else size)


def _check(source: Source, found: list[ZipInfo], most_unpacked: int) -> None:
    """What the list of members tells of harm, before anything is unpacked."""
    if len(found) > MOST_MEMBERS:
        raise _too_many(source)
    look = "unpack it yourself and look at what it holds"
    for each in found:
        if fault := _fault(each):
            raise UnreadableFile(source, f"is a zip {fault}", look)
    unpacked, packed = sum(each.file_size for each in found), sum(each.compress_size for each in found)
    if packed > source.path.stat().st_size:  # two members in the same bytes, or more than there are
        raise BadZipFile
    sizes = [(unpacked, packed), *((each.file_size, each.compress_size) for each in found)]
    if unpacked > most_unpacked or any(_is_bomb(*each) for each in sizes):
        raise UnreadableFile(source, "is a zip that unpacks to far more than it should", look)
    if len({each.filename for each in found}) < len(found):  # which of them is meant, nobody can tell
        raise UnreadableFile(source, "is a zip with two files of one name", look)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > _SMALL and unpacked > MOST_RATIO * packed


def _fault(member: ZipInfo) -> str | None:
    name = member.filename.replace("\\", "/")
    if not name:
        return "with a file in it that has no name"
    if name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts:
        return "with a name that leads outside it"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "with a link in it"
    if member.flag_bits & 0x1:
        return "that is locked by a password"
    return None


def _unpack(archive: ZipFile, member: ZipInfo) -> None:
    said, held = member.file_size, 0
    member.file_size += 1  # one byte more is asked for than it says it holds: does it have one?
    with archive.open(member) as stream:
        while block := stream.read(1024 * 1024):
            held += len(block)
    if held != said:
        raise BadZipFile


def _too_many(source: Source) -> UnreadableFile:
    return UnreadableFile(source, f"is a zip of more than {MOST_MEMBERS:,} files", "send it in parts")
