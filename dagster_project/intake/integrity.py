"""Whether the Parquet files of submissions are still what was written: a flipped bit is no figure."""

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dagster_project.intake.ledger import Submission


def damaged(raw: Path, in_use: Iterable[Submission]) -> list[tuple[Path, str]]:
    """The files that are not as their manifest says, each with what is wrong: ``missing`` or ``damaged``."""
    held = [
        (each.folder(raw) / f"{name}.parquet", table.sha256)
        for each in in_use
        for name, table in each.tables.items()
    ]
    with ThreadPoolExecutor() as together:
        faults = together.map(_fault, held)
        return [(file, fault) for (file, _), fault in zip(held, faults, strict=True) if fault]


def _fault(held: tuple[Path, str]) -> str | None:
    path, sha256 = held
    if not path.is_file():
        return "missing"
    with path.open("rb") as file:
        return None if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "damaged"
