"""Two records of each command: that it began, before it does anything, and how it ended."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from dagster_project.audit.chain import append
from dagster_project.settings import Settings, code_version

#: What may be told of a command: counts, hashes and ids. Merged into the record of its end.
Told = dict[str, Any]

_under_way: ContextVar[Told | None] = ContextVar("under_way", default=None)


@contextmanager
def recorded(settings: Settings, command: str) -> Iterator[Told]:
    """Records ``command`` around the block, and gives what its end is to tell: counts, hashes, ids.

    A block within another tells the outer one, and is no command of its own. Of an exception only the kind
    is told: its text may name a file.

    Raises:
        AuditError: the log cannot be written.
    """
    if (outer := _under_way.get()) is not None:
        yield outer
        return
    who = {"user": user(), "version": code_version()}
    begun = append(settings, {"event": "begun", "command": command, **who})
    told: Told = {}
    _under_way.set(told)
    ended = "done"
    try:
        yield told
    except BaseException as fault:
        ended = "interrupted" if isinstance(fault, KeyboardInterrupt) else type(fault).__name__
        raise
    finally:
        _under_way.set(None)
        append(settings, {"event": "ended", "command": command, "of": begun.number, "ended": ended, **told})


def user() -> str:
    """The name under which the operating system knows who runs this; no variable can change it."""
    if sys.platform == "win32":
        return os.getlogin()
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        return f"uid {os.getuid()}"
