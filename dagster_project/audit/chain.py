"""The file ``logs/audit.jsonl``: one record a line, appended under a lock, on the disk before work goes on.

A line that a killed run left half written is no record: the next append moves it to ``audit_torn.jsonl`` and
says so in its own record.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from dagster_project import lock
from dagster_project.settings import Settings

FILE = "audit.jsonl"
TORN = "audit_torn.jsonl"

#: What the first record holds in place of a hash of one before.
START = "0" * 64

_LOCK = ".audit.lock"
_PATIENCE = 200  # times a twentieth of a second: an append takes milliseconds
_TAIL = 1 << 16


class AuditError(RuntimeError):
    """The log cannot be written: nothing is done that would not be recorded."""


@dataclass(frozen=True)
class Head:
    """The last record of a chain: its number, from 1, and its hash. Of an empty chain 0 and ``START``."""

    number: int
    hash: str


def file(settings: Settings) -> Path:
    """Where the log is."""
    return settings.logs / FILE


def record_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 of a record without its own ``hash``, as 64 hexadecimal digits."""
    held = {name: value for name, value in record.items() if name != "hash"}
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def append(settings: Settings, values: Mapping[str, Any]) -> Head:
    """Adds a record of ``values`` behind the last one; it is on the disk when this returns.

    Raises:
        AuditError: the log cannot be written, or its last line is no record.
    """
    try:
        with _alone(settings), file(settings).open("a+b") as log:
            line, torn = _end(log)
            if torn:
                _set_apart(settings, log, torn)
            last = _head(settings, line)
            record = {"number": last.number + 1, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **values}
            if torn:
                record["torn_bytes"] = len(torn)
            record["before"] = last.hash
            record["hash"] = record_hash(record)
            log.write((json.dumps(record, ensure_ascii=False) + "\n").encode())
            log.flush()
            os.fsync(log.fileno())
            return Head(record["number"], record["hash"])
    except OSError as fault:
        said = fault.strerror or type(fault).__name__
        raise AuditError(
            f"{file(settings)} cannot be written ({said}), and nothing is done unrecorded"
        ) from None


def head(settings: Settings) -> Head:
    """The last whole record.

    Raises:
        AuditError: it is none.
    """
    if not file(settings).is_file():
        return Head(0, START)
    with file(settings).open("rb") as log:
        return _head(settings, _end(log)[0])


def _head(settings: Settings, line: bytes) -> Head:
    if not line:
        return Head(0, START)
    try:
        record = json.loads(line)
        return Head(int(record["number"]), str(record["hash"]))
    except (ValueError, KeyError, TypeError):
        remedy = "'ncd audit' says where; keep the file, and move it away to begin a new chain"
        raise AuditError(f"{file(settings)}: its last line is no record; {remedy}") from None


def _end(log: BinaryIO) -> tuple[bytes, bytes]:
    """The last whole line, empty if there is none, and what stands behind it."""
    end, reach = log.seek(0, os.SEEK_END), _TAIL
    while True:
        log.seek(max(0, end - reach))
        whole, _, torn = log.read().rpartition(b"\n")
        if b"\n" in whole or reach >= end:
            return whole.rpartition(b"\n")[2], torn
        reach *= 4


def _set_apart(settings: Settings, log: BinaryIO, torn: bytes) -> None:
    """Moves what stands behind the last whole line to a file of its own, first there and then away."""
    with (settings.logs / TORN).open("ab") as apart:
        apart.write(torn + b"\n")
        apart.flush()
        os.fsync(apart.fileno())
    log.truncate(log.seek(0, os.SEEK_END) - len(torn))


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """The right to append. Others hold it for a moment only, so this waits."""
    with ExitStack() as held:
        for attempt in range(_PATIENCE + 1):
            try:
                held.enter_context(lock.held(settings.logs, _LOCK))
                break
            except lock.Busy as fault:
                if attempt == _PATIENCE:
                    raise AuditError(str(fault)) from None
                time.sleep(0.05)
        yield
