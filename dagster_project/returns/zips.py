"""Zips, workbooks among them: looked at before anything is unpacked."""

import stat
from pathlib import PurePosixPath
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from dagster_project.returns.reading import EXPORT_AGAIN, UnreadableFile
from dagster_project.returns.source import Source

MOST_MEMBERS = 5_000
MOST_UNPACKED = 4 * 1024**3  # a national year of censuses, four times over
MOST_RATIO = 200
_SMALL = 16 * 1024**2  # below this a high ratio harms nobody

_LOOK = "unpack it yourself and look at what it holds"

SIGNATURE = b"PK\x03\x04"


def members(source: Source, most_unpacked: int = MOST_UNPACKED) -> list[str]:
    """The names of the files in the zip at ``source``, in its order; folders left out.

    Raises:
        UnreadableFile: damaged, locked by a password, larger than it should be, or with names that lead
            outside it.
    """
    try:
        with ZipFile(source.path) as archive:
            found = archive.infolist()
    except (BadZipFile, LargeZipFile, NotImplementedError, ValueError) as fault:
        said = f"is a damaged zip ({type(fault).__name__})"
        raise UnreadableFile(source, said, f"copy it again in full, or {EXPORT_AGAIN}") from None
    if len(found) > MOST_MEMBERS:
        said = f"is a zip of {len(found):,} files, and {MOST_MEMBERS:,} are the most that are looked at"
        raise UnreadableFile(source, said, "send it in parts")
    unpacked = sum(each.file_size for each in found)
    if unpacked > most_unpacked or any(_is_bomb(each) for each in found):
        said = "is a zip that unpacks to far more than it should"
        raise UnreadableFile(source, said, _LOOK)
    for each in found:
        if fault_in := _fault(each):
            raise UnreadableFile(
                source, f"is a zip {fault_in}", "unpack it yourself and look at what it holds"
            )
    return [each.filename for each in found if not each.is_dir()]


def _is_bomb(member: ZipInfo) -> bool:
    return member.file_size > _SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1)


def _fault(member: ZipInfo) -> str | None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts:
        return "with a name that leads outside it"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "with a link in it"
    if member.flag_bits & 0x1:
        return "that is locked by a password"
    return None
