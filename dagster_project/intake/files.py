"""The files to take in, and what tells one from another: their bytes, never their names or times."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".swp", "~")
_OF_THE_SYSTEM = {"thumbs.db", "desktop.ini"}


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files named, and all those in the folders named; each once.

    In folders, hidden files and those that a program is still writing are passed over. A file named outright
    is always given, even if it is not there: whoever named it should hear so.
    """
    found = (file for path in paths for file in (_inside(path) if path.is_dir() else [path]))
    return list({file.resolve(): file for file in found}.values())


def fingerprint(file: Path) -> str:
    """The SHA-256 of the bytes of ``file``."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _inside(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(where) / name
            if _is_finished(name) and file.is_file():  # no pipes or devices: they would be waited for
                yield file


def _is_finished(name: str) -> bool:
    folded = name.lower()
    return not (name.startswith((".", "~$")) or folded.endswith(_UNFINISHED) or folded in _OF_THE_SYSTEM)
