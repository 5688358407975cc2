"""What has been taken in and what was refused, read from the manifests under ``raw/``.

A manifest is the commit of its submission: a folder without one is a run that was killed, and counts for
nothing. Nothing is overwritten, so what was known on any day can be asked again.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.intake.errors import LedgerError

MANIFEST = "manifest.json"
REFUSED = "refused"


@dataclass(frozen=True)
class TableFile:
    """One Parquet file of a submission."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Submission:
    """One file taken in, as its manifest records it; the fields are those of ``manifest.json``, in its order.

    ``received_at`` is when it was taken in, ``sent_at`` when the file itself says it was made.
    """

    submission_id: str
    return_id: str
    la_code: str
    collection_year: int
    file_name: str
    file_sha256: str
    received_at: str
    sent_at: str | None
    key_id: str
    violations: int
    tables: dict[str, TableFile]

    @property
    def rows(self) -> int:
        """How many rows its tables have together."""
        return sum(table.rows for table in self.tables.values())

    def folder(self, raw: Path) -> Path:
        """Where its Parquet files are."""
        return raw / self.return_id / str(self.collection_year) / self.la_code / self.submission_id

    def manifest(self) -> dict[str, Any]:
        """What ``manifest.json`` holds."""
        return asdict(self)


@dataclass(frozen=True)
class Refusal:
    """One file that could not be taken in, and why."""

    file_name: str
    file_sha256: str
    reason: str
    refused_at: str


def moment(when: datetime) -> str:
    """``when`` as the ledger writes it: UTC to the second, such as 2025-06-02T09:00:00Z."""
    if when.tzinfo is None:
        raise ValueError("a moment in the ledger needs a time zone")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def submissions(raw: Path) -> list[Submission]:
    """Every submission taken in, oldest first.

    Raises:
        LedgerError: a manifest cannot be read.
    """
    found = [_submission(file) for file in raw.glob(f"*/*/*/*/{MANIFEST}")]
    return sorted(found, key=lambda each: (each.received_at, each.sent_at or "", each.submission_id))


def current(raw: Path, as_of: datetime | None = None) -> list[Submission]:
    """The submissions in use: the latest received of each return, authority and year, as known ``as_of``.

    Of two received at the same second, the one in use is that which says it was made later.
    """
    until = moment(as_of) if as_of else None
    return latest([each for each in submissions(raw) if until is None or each.received_at <= until])


def latest(known: list[Submission]) -> list[Submission]:
    """Of submissions given oldest first, the last of each return, authority and year."""
    return list({(each.return_id, each.la_code, each.collection_year): each for each in known}.values())


def refusals(raw: Path) -> list[Refusal]:
    """Every file refused and not taken in since, oldest first.

    Raises:
        LedgerError: the record of one cannot be read.
    """
    found = [_refusal(file) for file in raw.glob(f"{REFUSED}/*.json")]
    return sorted(found, key=lambda each: (each.refused_at, each.file_sha256))


@contextmanager
def _record(file: Path) -> Iterator[dict[str, Any]]:
    try:
        yield json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise LedgerError(f"{file} cannot be read; remove it and take the same file in again") from None


def _submission(file: Path) -> Submission:
    with _record(file) as values:
        tables = {name: TableFile(**each) for name, each in values.pop("tables").items()}
        return Submission(**values, tables=tables)


def _refusal(file: Path) -> Refusal:
    with _record(file) as values:
        return Refusal(**values)
