"""Encryption at rest: what is sealed cannot be read without the storage key.

Sealed are the Parquet files under ``raw/`` and ``rules/`` and the build database, if ``encryption`` is set.
The key is apart from that of the pseudonyms: one may be changed, the other never.
"""

from dagster_project.sealing import key_file
from dagster_project.sealing.errors import SealingError
from dagster_project.sealing.key import Key, seal_for, storage_key
from dagster_project.sealing.parquet import OPEN, Seal

__all__ = ["OPEN", "Key", "Seal", "SealingError", "key_file", "seal_for", "storage_key"]
