"""The analysts' copy of the warehouse: one DuckDB file and the same tables as Parquet.

Nothing of the build may be found in either. Parquet carries the meaning of a table and its columns as well:
under the keys ``description`` and ``columns`` (JSON) for everybody, and on each field for readers that know
Arrow, as Python and R do.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.release import database
from dagster_project.release.database import Name
from dagster_project.release.descriptions import Described
from dagster_project.release.errors import ReleaseError
from dagster_project.release.manifest import Release
from dagster_project.release.warehouse import RELEASED, Warehouse, literal

DATABASE = "core_dataset.duckdb"


@dataclass(frozen=True)
class Snapshot:
    """What was written: rows and content hash by ``schema.table``, and a line for each table left out."""

    tables: dict[str, int]
    content: dict[str, str]
    left_out: list[str]


def write(warehouse: Warehouse, release: Release, described: Mapping[Name, Described]) -> Snapshot:
    """Writes ``core_dataset.duckdb`` and ``parquet/`` into the empty folder of a release.

    Args:
        warehouse: Where the tables come from.
        release: What is being made.
        described: Meaning of tables and columns, as dbt gives it. A table that it does not hold is left out:
            dbt drops no table when its model goes, so it is the remains of an earlier build.

    Raises:
        ReleaseError: a table that dbt describes is not in the warehouse, or one cannot be copied.
    """
    own = database.OWN
    known = {name: words for name, words in described.items() if name[0] in RELEASED and name not in own}
    there = [name for name in warehouse.tables if name not in own]
    if missing := ", ".join(".".join(name) for name in sorted(known.keys() - set(there))):
        raise ReleaseError(f"the warehouse lacks {missing}; run 'ncd build' to the end")
    sources = {name: warehouse.named(*name) for name in known}
    file, connection = release.path / DATABASE, warehouse.connection
    with database.written(connection, file, release, sources, known) as held:
        names = sorted(held)
        tables = {".".join(name): _parquet(connection, release.path, name, held[name]) for name in names}
        content = {
            told: database.content_sha256(connection, name)
            for name in names
            if (told := ".".join(name)) != database.NAMES_THE_RELEASE
        }
    warning = "left out of the release: dbt does not describe it, so an earlier build may have left it"
    left_out = [f"{'.'.join(name)}: {warning}" for name in there if name not in known]
    return Snapshot(tables, content, left_out)


def _parquet(connection: duckdb.DuckDBPyConnection, folder: Path, name: Name, words: Described) -> int:
    """Writes a table of the snapshot as Parquet, in the snapshot's order; how many rows it has."""
    schema, table = name
    path = folder / "parquet" / schema / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = ", ".join(
        f"{key}: {literal(value)}" for key, value in _words(connection, name, words).items() if value
    )
    written = connection.execute(
        f"copy {database.named(name)} to {literal(str(path))}"
        f" (format parquet, compression zstd, kv_metadata {{{told}}})"
    ).fetchone()
    assert written is not None
    return int(written[0])


def _words(connection: duckdb.DuckDBPyConnection, name: Name, words: Described) -> dict[str, str]:
    """What a table's file says of it, by key; ``ARROW:schema`` is what Arrow itself keeps in a file."""
    fields = connection.execute(f"from {database.named(name)} limit 0").to_arrow_table().schema
    meanings = {
        field.name: meaning for field in fields if (meaning := words.columns.get(field.name.lower(), ""))
    }
    of_table = {"description": words.description, "columns": json.dumps(meanings, ensure_ascii=False)}
    of_fields = [
        field.with_metadata({"description": meanings[field.name]}) if field.name in meanings else field
        for field in fields
    ]
    told = pa.schema(of_fields, metadata=of_table)
    return of_table | {'"ARROW:schema"': base64.b64encode(told.serialize().to_pybytes()).decode()}
