"""The files to take in, and what tells one from another: their bytes, never their names or times."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.returns import Source

_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".swp", "~")
_NO_RETURNS = {"thumbs.db", "desktop.ini", "ncd.toml"}


@dataclass(frozen=True)
class Found:
    """A file, and the names by which it was found: of the folders down from the one named, and its own.

    ``shown`` is what to call it: its path in the folder named.
    """

    path: Path
    names: tuple[str, ...]
    shown: str


def files_in(paths: Iterable[Path], incoming: Path | None = None) -> list[Found]:
    """The files named, and all those in the folders named; each once.

    Of what lies in ``incoming`` the names from there on say something, and never where the workspace is:
    a number in the path of somebody's home is no authority.

    In folders, hidden files and those that a program is still writing are passed over. A file named outright
    is always given, even if it is not there: whoever named it should hear so.
    """
    found: dict[Path, Found] = {}
    for path in paths:
        above = _names(path, incoming)
        for file in _inside(path) if path.is_dir() else [path]:
            inside = file.relative_to(path).parts
            shown = "/".join(inside) or file.name
            found[file.resolve()] = Found(file, (*above, *inside), shown)
    return list(found.values())


def _names(path: Path, incoming: Path | None) -> tuple[str, ...]:
    """What was typed, or the last three names of where it lies; of what lies in ``incoming``, those below."""
    whole = path.resolve()
    if incoming and whole.is_relative_to(incoming.resolve()):
        return whole.relative_to(incoming.resolve()).parts
    return path.parts if len(path.parts) > 3 and not path.is_absolute() else whole.parts[-3:]


def fingerprint(source: Source) -> str:
    """The SHA-256 of the bytes of ``source``.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with source.open() as stream:
        while block := stream.read(1024 * 1024):
            digest.update(block)
    return digest.hexdigest()


def _inside(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(where) / name
            if _is_finished(name) and file.is_file():  # no pipes or devices: they would be waited for
                yield file


def _is_finished(name: str) -> bool:
    folded = name.lower()
    return not (name.startswith((".", "~$")) or folded.endswith(_UNFINISHED) or folded in _NO_RETURNS)
