"""Whether something new lies in ``incoming/``: by names, sizes and times, and by bytes where these moved."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass

from dagster_project.intake import Source
from dagster_project.intake.files import Found, files_in, fingerprint
from dagster_project.settings import Settings

#: With more to read than this a change of names, sizes or times is enough: a look must not take a minute.
_MOST_BYTES = 4 * 1024**3


@dataclass(frozen=True)
class Seen:
    """What was last seen: a hash of the ``stats`` dealt with, of those still ``moving``, and of the bytes."""

    stats: str = ""
    moving: str = ""
    content: str = ""

    @classmethod
    def from_text(cls, text: str | None) -> "Seen":
        """What ``to_text`` wrote; nothing was seen where it did not."""
        with suppress(ValueError, TypeError):
            return cls(**json.loads(text or "{}"))
        return cls()

    def to_text(self) -> str:
        """For keeping; as long whatever lies there."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Look:
    """What a look came to: what is seen now, why there is nothing to do, or the ``key`` of what there is."""

    seen: Seen
    reason: str = ""
    key: str = ""


def look(settings: Settings, before: Seen) -> Look:
    """Whether files have come since ``before`` and have stopped growing: two looks must find the same.

    Nothing is opened unless a name, a size or a time changed. One key stands for all that came.
    """
    files = files_in([settings.incoming]) if settings.incoming.is_dir() else []
    told, size = [], 0
    for each in files:
        with suppress(OSError):  # it may have gone since
            state = each.path.stat()
            told.append(f"{each.shown}|{state.st_size}|{state.st_mtime_ns}")
            size += state.st_size
    stats = _hash(told)
    if stats == before.stats or not (files or before.stats):
        return Look(Seen(stats, "", before.content), "nothing came")
    if stats != before.moving:
        return Look(
            Seen(before.stats, stats, before.content), "files came; waiting until they no longer grow"
        )
    content = _content(files) if size <= _MOST_BYTES else stats
    if content == before.content:
        return Look(Seen(stats, "", content), "files were written again, with the same content")
    return Look(Seen(stats, "", content), key=stats)


def _content(files: Iterable[Found]) -> str:
    told = []
    for each in files:
        with suppress(OSError):
            told.append(f"{each.shown}|{fingerprint(Source(each.path, shown=each.shown))}")
    return _hash(told)


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", errors="surrogatepass")).hexdigest()[:32]
