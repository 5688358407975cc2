"""What is held sealed anew, after the setting or the storage key changed: submission by submission.

Each is sealed in the one way or in the other at any moment. So a run that was killed is taken up by the next,
and until all are done nothing else is.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from dagster_project import audit, erasure, intake
from dagster_project.intake import Submission
from dagster_project.sealing import OPEN, Key, Seal, SealingError, key_file, storage_key
from dagster_project.settings import Settings


def reseal(
    settings: Settings,
    old_key: Path | None = None,
    new_key: bool = False,
    on_submission: Callable[[], None] = lambda: None,
) -> int:
    """Seals everything as the settings say, or opens it; how many submissions were in another way.

    Args:
        settings: the workspace.
        old_key: a file with the key that they are sealed with, where it is no longer the one in force.
        new_key: makes a new key, keeps the old one beside it until all is done, and then removes it.
        on_submission: called after each.

    Raises:
        SealingError: a key is missing, or a file is damaged; what was done stays done.
        OrderError: another process is at work in the workspace.
    """
    with audit.recorded(settings, "reseal") as record, erasure.alone(settings):
        intake.sweep(settings.raw)
        before = settings.storage_key_file.with_suffix(".old")
        if new_key:
            _renew(settings, before)
        seals = _seals(settings, [before, *([old_key] if old_key else [])])
        known = intake.submissions(settings.raw)
        if lost := sorted({each.sealed or "" for each in known} - {name or "" for name in seals}):
            raise SealingError(f"storage key {lost[0]} is not here; give it: ncd reseal --old-key FILE")
        wanted = storage_key(settings, may_make=True).seal if settings.encryption else OPEN
        waiting = [each for each in known if each.sealed != wanted.key_id]
        for path in erasure.built(settings):
            erasure.take_away(path)
        for each in waiting:
            _submission(settings.raw, each, seals[each.sealed], wanted)
            on_submission()
        for file in sorted(settings.rule_checks.rglob("*.parquet")):
            _derived(file, seals, wanted)
        before.unlink(missing_ok=True)
        record["sealed"] = {"with": wanted.key_id, "submissions": len(waiting)}
        return len(waiting)


def _renew(settings: Settings, before: Path) -> None:
    if not settings.encryption or settings.storage_key is not None:
        raise SealingError("--new-key is for a key in a file, with 'encryption' set in ncd.toml")
    storage_key(settings)
    if not before.exists():  # else a change of keys is under way, and the new one is there
        key_file.replace(settings.storage_key_file, before)


def _seals(settings: Settings, files: list[Path]) -> Mapping[str | None, Seal]:
    """By the id of its key, each seal that can be opened here."""
    found: dict[str | None, Seal] = {None: OPEN}
    if settings.storage_key is not None or settings.storage_key_file.exists():
        seal = storage_key(settings).seal
        found[seal.key_id] = seal
    for file in files:
        if secret := key_file.read(file):
            seal = Key(secret).seal
            found[seal.key_id] = seal
    return found


def _submission(raw: Path, submission: Submission, seal: Seal, wanted: Seal) -> None:
    for file, fault in intake.damaged(raw, [submission]):
        raise SealingError(f"{file} is {fault}; remove its folder and take the same file in again")
    folder = submission.folder(raw)
    try:
        files = {file.name: wanted.bytes_of(seal.read(file)) for file in sorted(folder.glob("*.parquet"))}
    except (OSError, pa.ArrowException) as fault:
        said = f"{folder} cannot be read ({type(fault).__name__})"
        raise SealingError(f"{said}; remove it and take the same file in again") from None
    tables = {
        name: replace(table, sha256=sha256(files[f"{name}.parquet"]).hexdigest())
        for name, table in submission.tables.items()
    }
    intake.rewrite(raw, replace(submission, tables=tables, sealed=wanted.key_id), files)


def _derived(file: Path, seals: Mapping[str | None, Seal], wanted: Seal) -> None:
    """Seals what was worked out from ``raw/``; what cannot be opened is removed, and worked out again."""
    if wanted.fits(file):
        return
    for seal in seals.values():
        if seal.fits(file):
            intake.write_whole(file, wanted.bytes_of(seal.read(file)))
            return
    file.unlink()
