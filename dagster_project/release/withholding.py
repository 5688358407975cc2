"""Erasure reaches releases: what holds records of children goes, what anybody may have stays.

The public files of a release stay, since what was once printed is known, and disclosure control of the next
release has to reckon with it. What is left says of itself that it is withheld.
"""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import lock
from dagster_project.release import durable, manifest
from dagster_project.release.errors import ReleaseError
from dagster_project.release.manifest import MANIFEST, Release, audience
from dagster_project.release.publication import beyond, tidied
from dagster_project.release.snapshot import DATABASE
from dagster_project.release.warehouse import SPILL, in_memory, literal
from dagster_project.settings import Settings


def made_of(settings: Settings, submissions: Collection[str]) -> list[Release]:
    """The releases that know any of the submissions, in use or not, or that cannot say which they know."""
    found = []
    for release in manifest.kept(settings):
        if not release.is_withheld and (known := _known(release)) is not None:
            if known & set(submissions):
                found.append(release)
        elif not release.is_withheld or _left(release):
            found.append(release)
    return found


def withhold(settings: Settings, releases: Collection[Release]) -> None:
    """Removes from releases all that is not public, for good. The pointer stays, and leads to what is left.

    Raises:
        ReleaseError: another run is publishing, or somebody has a file open; what was done stays done.
    """
    try:
        with lock.held(settings.releases), tidied(settings.releases):
            for release in releases:
                _withhold(release)
    except lock.Busy as fault:
        raise ReleaseError(str(fault)) from None


def retire(settings: Settings) -> None:
    """Removes the releases beyond those that the setting ``keep_releases`` keeps."""
    try:
        with lock.held(settings.releases), tidied(settings.releases):
            for path in beyond(settings, manifest.current(settings)):
                durable.remove(path)
    except lock.Busy as fault:
        raise ReleaseError(str(fault)) from None


def _withhold(release: Release) -> None:
    file = release.path / MANIFEST
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    told["is_withheld"] = True
    told["files"] = {name: each for name, each in told["files"].items() if each["for"] == "public"}
    file.chmod(0o644)  # Windows replaces no read-only file
    durable.write_text(file, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    for each in _left(release):
        try:
            each.chmod(0o644)
            each.unlink()
        except OSError:
            raise ReleaseError(f"{each} is open in another program; close it there and try again") from None
    for folder in sorted((path for path in release.path.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    durable.sync_folder(release.path)


def _left(release: Release) -> list[Path]:
    """The files of a release that are not for everybody, its manifest apart."""
    return list(_not_public(release.path))


def _not_public(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != MANIFEST and audience(name) != "public":
            yield path


def _known(release: Release) -> set[str] | None:
    """The submissions that a release tells of; None where it cannot be asked."""
    with in_memory(release.path.parent / SPILL) as connection:
        try:
            connection.execute(f"attach {literal(str(release.path / DATABASE))} as held (read_only)")
            found = connection.execute("select submission_id from held.quality.submission").fetchall()
        except duckdb.Error:
            return None
        return {name for (name,) in found if name}
