"""What has been taken in and what was refused, read from the manifests under ``raw/``.

A manifest is the commit of its submission: a folder without one is a run that was killed, and counts for
nothing. Nothing is overwritten, so what was known on any day can be asked again.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.dictionary import collection
from dagster_project.intake.errors import LedgerError
from dagster_project.intake.whole_files import write_json
from dagster_project.sealing import Seal, seal_for
from dagster_project.settings import Settings

MANIFEST = "manifest.json"
WITHDRAWN = "withdrawn.json"
REFUSED = "refused"


#: From a moment, and until a moment or still.
Span = tuple[str, str | None]


@dataclass(frozen=True)
class TableFile:
    """One Parquet file of a submission."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Submission:
    """One file taken in, as its manifest records it; the fields are those of ``manifest.json``, in its order.

    ``period_end`` is the last day it is about. ``received_at`` is when it was taken in, ``sent_at`` when the
    file itself says it was made. ``told`` is what the names of the file and its folders said of it.
    ``erased`` has each moment at which rows of a child were removed from it for good.
    ``sealed`` is the id of the storage key that its Parquet files are sealed with, None where they are open.
    ``withdrawn``, kept in a file of its own, holds from when and until when it was taken back.
    """

    submission_id: str
    return_id: str
    la_code: str
    collection_year: int
    period_end: str
    file_name: str
    file_sha256: str
    received_at: str
    sent_at: str | None
    key_id: str
    told: str
    violations: int
    tables: dict[str, TableFile]
    erased: tuple[str, ...] = ()
    sealed: str | None = None
    withdrawn: tuple[Span, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows its tables have together."""
        return sum(table.rows for table in self.tables.values())

    def folder(self, raw: Path) -> Path:
        """Where its Parquet files are."""
        return raw / self.return_id / self.period_end / self.la_code / self.submission_id

    def manifest(self) -> dict[str, Any]:
        """What ``manifest.json`` holds."""
        values = asdict(self)
        del values["withdrawn"]
        return values

    def is_in_force(self, until: str | None) -> bool:
        """Whether at the moment ``until``, or now, it had been received and not taken back."""
        if until is None:
            return not self.withdrawn or self.withdrawn[-1][1] is not None
        taken_back = any(since <= until and (end is None or until < end) for since, end in self.withdrawn)
        return self.received_at <= until and not taken_back


@dataclass(frozen=True)
class Refusal:
    """One file that could not be taken in, and why."""

    file_name: str
    file_sha256: str
    reason: str
    refused_at: str


def seal_of(settings: Settings, known: Iterable[Submission] | None = None) -> Seal:
    """What the Parquet files of a workspace are sealed with.

    Raises:
        SealingError: the storage key is missing, or the submissions are sealed in another way.
    """
    known = submissions(settings.raw) if known is None else known
    return seal_for(settings, {each.sealed for each in known})


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
    """The submissions in use, each with those of its tables that are, as known ``as_of``.

    Of each return, authority, period and table the latest received is in use: a return may come as several
    files, and a file sent again replaces what it holds and nothing else. Of two received at the same second,
    the one in use is that which says it was made later.
    """
    until = moment(as_of) if as_of else None
    return latest([each for each in submissions(raw) if each.is_in_force(until)])


def latest(known: list[Submission]) -> list[Submission]:
    """Of submissions given oldest first, the last for each return, authority, period and table."""
    holder: dict[tuple[str, ...], str] = {}
    for each in known:
        for table in each.tables:
            holder[_place(each, table)] = each.submission_id
    in_use = []
    for each in known:
        tables = {
            name: file
            for name, file in each.tables.items()
            if holder[_place(each, name)] == each.submission_id
        }
        if tables:
            in_use.append(replace(each, tables=tables))
    return in_use


def _place(submission: Submission, table: str) -> tuple[str, ...]:
    """What a later submission of the same replaces."""
    is_latest_only = collection(submission.return_id).period == "latest"
    period = "" if is_latest_only else submission.period_end
    return submission.return_id, submission.la_code, period, table


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


def withdraw(raw: Path, submission_id: str, now: datetime) -> Submission:
    """Mark a submission as taken back: its rows stay, and nothing is worked out from them any more.

    Raises:
        LedgerError: there is no such submission, or it is withdrawn already.
    """
    found = _find(raw, submission_id)
    if not found.is_in_force(None):
        raise LedgerError(f"submission {submission_id} is withdrawn already")
    return _note(raw, found, (*found.withdrawn, (moment(now), None)))


def restore(raw: Path, submission_id: str, now: datetime) -> Submission:
    """Undo ``withdraw``; that it was withdrawn for a while is kept.

    Raises:
        LedgerError: there is no such submission, or it is not withdrawn.
    """
    found = _find(raw, submission_id)
    if found.is_in_force(None):
        raise LedgerError(f"submission {submission_id} is not withdrawn")
    since = found.withdrawn[-1][0]
    return _note(raw, found, (*found.withdrawn[:-1], (since, moment(now))))


def _note(raw: Path, submission: Submission, withdrawn: tuple[Span, ...]) -> Submission:
    write_json(submission.folder(raw) / WITHDRAWN, {"withdrawn": withdrawn})
    return replace(submission, withdrawn=withdrawn)


def _find(raw: Path, submission_id: str) -> Submission:
    for each in submissions(raw):
        if each.submission_id == submission_id:
            return each
    raise LedgerError(f"there is no submission {submission_id}; 'ncd status --files' lists them")


def _submission(file: Path) -> Submission:
    note = file.with_name(WITHDRAWN)
    withdrawn: tuple[Span, ...] = ()
    if note.exists():
        with _record(note) as values:
            withdrawn = tuple((since, until) for since, until in values["withdrawn"])
    with _record(file) as values:
        tables = {name: TableFile(**each) for name, each in values.pop("tables").items()}
        erased = tuple(values.pop("erased", ()))
        return Submission(**values, tables=tables, erased=erased, withdrawn=withdrawn)


def _refusal(file: Path) -> Refusal:
    with _record(file) as values:
        return Refusal(**values)
