"""One fingerprint of everything a release is made from: equal fingerprints, equal releases."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from dagster_project.intake import refusals, submissions
from dagster_project.settings import ROOT, Settings

_FOLDERS = {"models": "*", "seeds": "*", "dbt": "*", "expectations": "*", "dagster_project": "*.py"}
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")


def fingerprint(settings: Settings) -> str:
    """Hash of what has arrived and of what the project makes of it: 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for submission in sorted(submissions(settings.raw), key=lambda each: each.submission_id):
        state = f"{submission.submission_id} {submission.received_at} {submission.withdrawn}"
        digest.update(f"{state}\n".encode())
    for refusal in sorted(refusals(settings.raw), key=lambda each: each.file_sha256):
        digest.update(f"refused {refusal.file_sha256}\n".encode())
    digest.update(of_project().encode())
    return digest.hexdigest()


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
