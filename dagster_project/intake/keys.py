"""The secret of a workspace's pseudonyms: made once, never changed, never in a log.

With another key the same child would become another child. So a key that is lost or replaced while
submissions exist stops the work.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.intake.errors import KeyProblem
from dagster_project.sealing import key_file


@dataclass(frozen=True)
class Key:
    """A secret and the name it may be called by."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """What manifests record: it names the key and does not give it away."""
        return hashlib.sha256(self.secret).hexdigest()[:12]


def workspace_key(file: Path, ids_in_use: Iterable[str]) -> Key:
    """The key in ``file``, made on first use.

    Args:
        file: where the key is kept.
        ids_in_use: the key ids of the submissions that exist.

    Raises:
        KeyProblem: it is lost, damaged, or not the key of those submissions.
    """
    in_use = set(ids_in_use)
    if not file.exists():
        if in_use:
            raise KeyProblem(
                f"{file} is missing, and submissions were taken in with key {_listed(in_use)}; "
                "restore it from a backup, or start anew in an empty workspace"
            )
        key_file.make(file)
    key = _read(file)
    if in_use - {key.key_id}:
        raise KeyProblem(
            f"{file} holds key {key.key_id}, and submissions were taken in with key "
            f"{_listed(in_use - {key.key_id})}; restore that key, or start anew in an empty workspace"
        )
    return key


def _listed(ids: set[str]) -> str:
    return ", ".join(sorted(ids))


def _read(file: Path) -> Key:
    secret = key_file.read(file)
    if secret is None:
        raise KeyProblem(f"{file} cannot be read as a key; restore it from a backup")
    return Key(secret)
