"""One at a time: an intake or a build in a workspace, a release in its folder.

The lock is the operating system's, not the file: it ends with the process that holds it, however that
process ends, so there is never a stale lock to clear. The file stays and says who holds it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

FILE = ".lock"


class Busy(RuntimeError):
    """Another process is at the same work."""


@contextmanager
def held(folder: Path, name: str = FILE) -> Iterator[None]:
    """The right to write in ``folder``, or to what ``name`` stands for in it, until the block ends.

    Raises:
        Busy: another process has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a+b", buffering=0) as file:
        try:
            _take(file.fileno())
        except (BlockingIOError, PermissionError):
            file.seek(0)
            holder = file.read(200).decode(errors="replace").strip() or "another process"
            raise Busy(f"{folder} is being written to already ({holder}); wait for it to end") from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode())
        try:
            yield
        finally:
            file.truncate(0)
            _give_back(file.fileno())


if sys.platform == "win32":
    import msvcrt

    # Windows forbids others to read what is locked: the lock lies on one byte far behind the text.
    def _take(handle: int) -> None:
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _give_back(handle: int) -> None:
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
