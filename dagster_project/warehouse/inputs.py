"""One fingerprint of everything a release is made from: equal fingerprints, equal releases."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dagster_project.intake import moment, refusals, submissions
from dagster_project.intake.ledger import Span
from dagster_project.settings import ROOT, Settings

_FOLDERS = {"models": "*", "seeds": "*", "dbt": "*", "expectations": "*", "dagster_project": "*.py"}
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")


def fingerprint(settings: Settings, as_of: datetime | None = None) -> str:
    """Hash of what has arrived and of what the project makes of it: 64 hexadecimal digits.

    With ``as_of``, of what had arrived and was not taken back by then.
    """
    until = moment(as_of) if as_of else None
    digest = hashlib.sha256()
    for submission in sorted(submissions(settings.raw), key=lambda each: each.submission_id):
        if until is None or submission.received_at <= until:
            withdrawn = _known(submission.withdrawn, until)
            state = f"{submission.submission_id} {submission.received_at} {withdrawn} {submission.erased}"
            digest.update(f"{state}\n".encode())
    for refusal in sorted(refusals(settings.raw), key=lambda each: each.file_sha256):
        if until is None or refusal.refused_at <= until:
            digest.update(f"refused {refusal.file_sha256}\n".encode())
    digest.update(of_project().encode())
    return digest.hexdigest()


def _known(withdrawn: tuple[Span, ...], until: str | None) -> tuple[Span, ...]:
    """When a submission was taken back and brought back, as it was known at a moment."""
    if until is None:
        return withdrawn
    return tuple((since, end if end and end <= until else None) for since, end in withdrawn if since <= until)


def of_project() -> str:
    """Hash of the project alone, its models, facts and code: 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for file in _project_files():
        digest.update(f"{file.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _project_files() -> Iterator[Path]:
    for folder, pattern in _FOLDERS.items():
        yield from sorted(path for path in (ROOT / folder).rglob(pattern) if path.is_file())
    yield from (ROOT / name for name in _FILES)
