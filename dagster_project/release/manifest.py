"""What a release says of itself, and the pointer that names the one in force.

``manifest.json`` is the last file written into a release: a folder without it is none. ``current.json`` holds
the release's path relative to the workspace, with forward slashes, so that a workspace can be moved.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.audit import Head
from dagster_project.release import durable
from dagster_project.release.errors import UnknownRelease
from dagster_project.release.inputs import Submission
from dagster_project.settings import Settings

MANIFEST = "manifest.json"
POINTER = "current.json"

#: What may be given to anybody. All else holds pseudonymous records, or figures before disclosure control:
#: a file is the analysts' unless it is named here.
PUBLIC = ("open_data/", "site/", "core_dataset.xlsx", "core_dataset_public.duckdb", "datapackage.json")


@dataclass(frozen=True)
class Release:
    """A complete release in its folder.

    ``previous`` names the release in force before it. ``inputs`` is the fingerprint of what it was made from;
    ``tables`` has the rows of each table by
    ``schema.table``; ``warnings`` has a line for each expectation that failed without holding it back.
    ``as_of`` is the moment whose knowledge it shows, None where it shows all that had arrived. ``audit`` is
    the last record of the audit log when it was begun: a log that lacks it was cut. Of one that
    ``is_withheld`` only what is public is left, since an erasure reached it.
    """

    release_id: str
    path: Path
    previous: str | None
    created_at: datetime
    inputs: str
    code_version: str
    tables: dict[str, int]
    warnings: tuple[str, ...]
    as_of: datetime | None = None
    audit: Head | None = None
    is_withheld: bool = False


def write(
    release: Release,
    submissions: Sequence[Submission],
    content: Mapping[str, str],
    disclosure: Mapping[str, str | int],
) -> None:
    """Writes the manifest of the files that are in the release's folder now.

    Args:
        release: The release, with all that it says of itself.
        submissions: Those it was made from.
        content: Hash of what each table holds, by ``schema.table``.
        disclosure: The profile that what is public follows, and how many counts it withholds.
    """
    listed = {
        name: {"sha256": _sha256(path), "bytes": path.stat().st_size, "for": audience(name)}
        for path in sorted(release.path.rglob("*"))
        if path.is_file()
        for name in [path.relative_to(release.path).as_posix()]
    }
    told = {
        "release_id": release.release_id,
        "previous": release.previous,
        "created_at": release.created_at.isoformat(),
        "as_of": release.as_of.isoformat() if release.as_of else None,
        "inputs_fingerprint": release.inputs,
        "code_version": release.code_version,
        "files": listed,
        "tables": release.tables,
        "content_sha256": content,
        "disclosure": disclosure,
        "warnings": release.warnings,
        "audit": asdict(release.audit) if release.audit else None,
        "inputs": [asdict(submission) for submission in submissions],
    }
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    (release.path / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def read(folder: Path) -> Release | None:
    """The release in a folder, or None where there is no complete one."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Release(
            told["release_id"],
            folder,
            told["previous"],
            datetime.fromisoformat(told["created_at"]),
            told["inputs_fingerprint"],
            told["code_version"],
            told["tables"],
            tuple(told["warnings"]),
            datetime.fromisoformat(told["as_of"]) if told.get("as_of") else None,
            Head(**told["audit"]) if told.get("audit") else None,
            told.get("is_withheld", False),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def audience(name: str) -> str:
    """For whom a file of a release is, by its name in the release's folder: ``public`` or ``analyst``."""
    is_public = any(name == each or (each.endswith("/") and name.startswith(each)) for each in PUBLIC)
    return "public" if is_public else "analyst"


def damaged(release: Release) -> list[str]:
    """The files of a release that are missing or differ from its manifest; none when it is whole."""
    files = json.loads((release.path / MANIFEST).read_text(encoding="utf-8"))["files"]
    return [
        name
        for name, file in files.items()
        if not (release.path / name).is_file() or _sha256(release.path / name) != file["sha256"]
    ]


def point(settings: Settings, release: Release) -> None:
    """Puts a release in force: the last act of a publication, and the only one that readers notice."""
    pointer = {
        "release_id": release.release_id,
        "path": release.path.relative_to(settings.home).as_posix(),
        "created_at": release.created_at.isoformat(),
    }
    durable.write_text(settings.releases / POINTER, json.dumps(pointer) + "\n")


def current(settings: Settings) -> Release | None:
    """The release in force, or None where there is none or the pointer leads nowhere.

    The pointer is read again when its target is gone: a publication may have moved it, and removed the
    release that it named, in between.
    """
    for _ in range(3):
        try:
            pointer = json.loads((settings.releases / POINTER).read_text(encoding="utf-8"))
            release = read(settings.home / pointer["path"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if release is not None and release.release_id == pointer["release_id"]:
            return release
    return None


def named(settings: Settings, name: str) -> Release:
    """The release of an id, or that which ``current`` or ``previous`` stands for.

    Raises:
        UnknownRelease: there is none of that name, or what is left of it is not whole.
    """
    if not name or Path(name).name != name:
        raise UnknownRelease(f"'{name}' is no release; give an id, 'current' or 'previous'")
    in_force = current(settings)
    if name in ("current", "previous") and in_force is None:
        raise UnknownRelease(f"there is no release in {settings.releases}; 'ncd run' makes one")
    if name == "current" and in_force:
        return in_force
    if name == "previous" and in_force:
        if in_force.previous is None:
            raise UnknownRelease(f"release {in_force.release_id} is the first: there is none before it")
        name = in_force.previous
    found = read(settings.releases / name)
    if found is None:
        raise UnknownRelease(f"there is no release {name} in {settings.releases}; give one that is there")
    return found


def kept(settings: Settings) -> list[Release]:
    """Every complete release that is still there, by name, in force or not."""
    found = (read(path) for path in sorted(settings.releases.glob("[0-9]*")) if path.is_dir())
    return [release for release in found if release]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
