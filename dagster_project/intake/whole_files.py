"""Files that a reader sees whole or not at all, whenever the power fails."""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def write_json(file: Path, values: dict[str, Any]) -> None:
    """Write ``values`` for people to read, too."""
    write_whole(file, as_json(values))


def as_json(values: dict[str, Any]) -> bytes:
    """``values`` as the bytes of a file for people to read, too."""
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def write_whole(file: Path, data: bytes) -> None:
    """Write beside ``file`` and rename.

    Raises:
        OSError: it cannot be written; ``file`` is as it was.
    """
    with written_together(file.parent) as write:
        write(file.name, data)


@contextmanager
def written_together(folder: Path) -> Iterator[Callable[[str, bytes], None]]:
    """What writes a file of ``folder`` by its name and bytes; all of them get their names at the end.

    All are on the disk when it returns, and none has its name if it raises. They go there together: a
    disk that is asked for one after the other takes several milliseconds for each, and for all at once
    hardly more than for one.

    Raises:
        OSError: one cannot be written.
    """
    drafts: dict[Path, Path] = {}

    def write(name: str, data: bytes) -> None:
        draft = folder / f".{name}.{os.getpid()}.tmp"
        draft.write_bytes(data)
        drafts[draft] = folder / name

    yield write
    with ThreadPoolExecutor(16) as together:
        list(together.map(_flush, drafts))
    for draft, file in drafts.items():
        draft.replace(file)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Wait until the names in ``folder`` are on the disk."""
    if os.name == "posix":  # elsewhere a folder cannot be opened to be flushed
        _flush(folder, os.O_RDONLY)


def _flush(path: Path, how: int = os.O_RDWR) -> None:
    """Wait until what was written to ``path`` is on the disk, by whichever handle it was."""
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
