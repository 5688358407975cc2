"""A file as a reader sees it: bytes under a name, on disk by itself or inside a zip."""

import errno
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile


@dataclass(frozen=True)
class Source:
    """A file to read. ``member`` is its name inside the zip at ``path``; None where it stands by itself.

    ``shown`` is what to call the file at ``path``, if not by its name alone: many files have the same.
    """

    path: Path
    member: str | None = None
    shown: str | None = None

    @property
    def name(self) -> str:
        """What to call it on a line of a report."""
        own = self.shown or self.path.name
        return f"{own}/{self.member}" if self.member else own

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes, as a stream.

        Raises:
            OSError: it cannot be opened, or what the zip holds under its name is damaged.
        """
        if self.path.exists() and not self.path.is_file():  # a pipe or a device would be waited for
            raise OSError(errno.ENOTSUP, "no file")
        if self.member is None:
            with self.path.open("rb") as stream:
                yield stream
            return
        try:
            with ZipFile(self.path) as archive, archive.open(self.member) as stream:
                yield stream
        except (BadZipFile, RuntimeError, EOFError, KeyError, zlib.error) as fault:
            raise OSError(f"a damaged zip ({type(fault).__name__})") from None
