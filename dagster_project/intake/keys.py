"""The secret of a workspace's pseudonyms: made once, never changed, never in a log.

With another key the same child would become another child. So a key that is lost or replaced while
submissions exist stops the work.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.intake.errors import KeyProblem

_LENGTH = 32


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
        _make(file)
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
    try:
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        secret = b""
    if len(secret) != _LENGTH:
        raise KeyProblem(f"{file} cannot be read as a key; restore it from a backup")
    return Key(secret)


def _make(file: Path) -> None:
    """Write a new key, unless another run was faster: then its key stands."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(_LENGTH) + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)  # whole or not at all, and never over a key that is there
        except FileExistsError:
            pass
        except OSError:  # a disk without links, such as a memory stick
            if not file.exists():
                draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
