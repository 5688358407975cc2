"""The storage key of a workspace: from the environment, from a file by setting, or made in ``keys/``."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from dagster_project.sealing import key_file
from dagster_project.sealing.errors import SealingError
from dagster_project.sealing.parquet import OPEN, Seal
from dagster_project.settings import Settings

_RESEAL = "'ncd reseal' puts that right"


@dataclass(frozen=True)
class Key:
    """A storage key; each kind of file has one of its own, worked out from it."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """What manifests record: it names the key and does not give it away."""
        return hashlib.sha256(b"storage" + self.secret).hexdigest()[:12]

    @property
    def seal(self) -> Seal:
        """What Parquet files are sealed with."""
        return Seal(self.key_id, self._of("parquet"))

    @property
    def of_databases(self) -> str:
        """The key of DuckDB's files, in base64 as DuckDB takes it."""
        return base64.b64encode(self._of("duckdb")).decode()

    def _of(self, kind: str) -> bytes:
        return hmac.digest(self.secret, kind.encode(), "sha256")


def storage_key(settings: Settings, may_make: bool = False) -> Key:
    """The key in force, wherever it is kept.

    Raises:
        SealingError: it is missing, and may not be made, or is none.
    """
    if settings.storage_key is not None:
        secret, where = key_file.parsed(settings.storage_key), "NCD_STORAGE_KEY"
    else:
        file = settings.storage_key_file
        if not file.exists():
            if not may_make:
                raise SealingError(f"{file} is missing, and what is held is sealed; restore it from a backup")
            key_file.make(file)
        secret, where = key_file.read(file), str(file)
    if secret is None:
        raise SealingError(f"{where} is no storage key of 64 hexadecimal digits; restore it from a backup")
    return Key(secret)


def seal_for(settings: Settings, in_use: Iterable[str | None]) -> Seal:
    """What the settings say files are sealed with; the key is made on first use.

    Args:
        settings: the workspace.
        in_use: what manifests record of the files there are: the key's id, or None where they are open.

    Raises:
        SealingError: the key is missing, or those files are sealed in another way.
    """
    held = set(in_use)
    if not settings.encryption:
        if held - {None}:
            raise SealingError(f"raw/ is sealed, and 'encryption' is not set in ncd.toml; {_RESEAL}")
        return OPEN
    key = storage_key(settings, may_make=not held - {None})
    if None in held:
        raise SealingError(f"'encryption' is set in ncd.toml, and raw/ holds files that are open; {_RESEAL}")
    if others := held - {key.key_id}:
        said = (
            f"raw/ is sealed with storage key {', '.join(sorted(map(str, others)))}, and this is {key.key_id}"
        )
        raise SealingError(f"{said}; restore that key, or change to this one: ncd reseal [--old-key FILE]")
    return key.seal
