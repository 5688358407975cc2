"""Writing that survives a crash: on the disk before it is announced, and replaced whole or not at all."""

import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

_READ_ONLY = 0o444
_PATIENCE = 40  # times a twentieth of a second


def settle(folder: Path) -> None:
    """Brings every file in ``folder`` to the disk, makes it read-only, then brings the folders after it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("r+b") as file:  # Windows syncs only what is open for writing
                os.fsync(file.fileno())
            path.chmod(_READ_ONLY)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk; Windows has no such call and does it by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(source: Path, target: Path) -> None:
    """Renames at once. Windows refuses while anyone reads the target, so a reader gets two seconds."""
    for attempt in range(_PATIENCE + 1):
        try:
            os.replace(source, target)  # noqa: PTH105 - one name for both systems, and the tests' place to fail
        except PermissionError:
            if attempt == _PATIENCE:
                raise
            time.sleep(0.05)
        else:
            return


def write_text(path: Path, text: str) -> None:
    """Writes a small file so that a reader finds the old text or the new, never a part."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    replace(draft, path)
    sync_folder(path.parent)


def remove(folder: Path) -> None:
    """Removes a folder of read-only files as far as it can; what stays is tried again next time."""
    with suppress(OSError):
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)  # Windows deletes no read-only file
    shutil.rmtree(folder, ignore_errors=True)
