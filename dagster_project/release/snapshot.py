"""The analysts' copy of the warehouse: one DuckDB file and the same tables as Parquet.

Both are written anew, never edited: a row deleted from a DuckDB file stays in its pages, and nothing of the
build may be found there. Rows are sorted by all columns from the left, keys standing first, so that the same
content gives the same Parquet bytes whatever order the build left it in.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.release.descriptions import Described
from dagster_project.release.errors import ReleaseError
from dagster_project.release.manifest import Release
from dagster_project.release.warehouse import RELEASED, Warehouse, literal, quoted

DATABASE = "core_dataset.duckdb"

#: The two tables that the release itself makes.
_OWN = {
    ("meta", "release"): Described(
        "This release. One row per release, and a release holds itself alone.",
        {
            "release_id": "Name of the release: when it was made, and what it was made from.",
            "created_at": "When it was made, in UTC.",
            "inputs_fingerprint": "Fingerprint of all inputs; equal in releases made from the same files.",
            "code_version": "Version of the programs that made it.",
        },
    ),
    ("meta", "column"): Described(
        "The dictionary of this release. One row per schema, table and column.",
        {
            "schema_name": "Schema the table is in.",
            "table_name": "Table the column is in.",
            "column_name": "Name of the column.",
            "position": "Place of the column in its table, from 1.",
            "data_type": "Type of the column in DuckDB.",
            "description": "What the column holds.",
        },
    ),
}


def write(
    warehouse: Warehouse, release: Release, described: Mapping[tuple[str, str], Described]
) -> tuple[dict[str, int], list[str]]:
    """Writes ``core_dataset.duckdb`` and ``parquet/`` into the empty folder of a release.

    Args:
        warehouse: Where the tables come from.
        release: What is being made; it goes into ``meta.release``.
        described: Meaning of tables and columns, as dbt gives it. A table that it does not hold is left out:
            dbt drops no table when its model goes, so it is the remains of an earlier build.

    Returns:
        Rows by table, and a line for each table that was left out.

    Raises:
        ReleaseError: a table that dbt describes is not in the warehouse, or one cannot be copied.
    """
    known = {name: words for name, words in described.items() if name[0] in RELEASED and name not in _OWN}
    there = [name for name in warehouse.tables() if name not in _OWN]
    if missing := ", ".join(".".join(name) for name in sorted(known.keys() - set(there))):
        raise ReleaseError(f"the warehouse lacks {missing}; run 'ncd build' to the end")
    connection = warehouse.connection
    connection.execute(f"attach {literal(str(release.path / DATABASE))} as core_dataset")
    connection.execute("begin")  # one commit: a thousand comments are a thousand writes to the disk otherwise
    for schema in RELEASED:
        connection.execute(f"create schema core_dataset.{schema}")
    for schema, table in sorted(known):
        _copy(warehouse, schema, table)
    _tell_release(connection, release)
    _tell_columns(connection, known | _OWN)
    connection.execute("commit")
    connection.execute("checkpoint core_dataset")
    rows = {".".join(name): _parquet(connection, release.path, *name) for name in sorted(known | _OWN)}
    connection.execute("detach core_dataset")
    warning = "left out of the release: dbt does not describe it, so an earlier build may have left it"
    return rows, [f"{'.'.join(name)}: {warning}" for name in there if name not in known]


def _copy(warehouse: Warehouse, schema: str, table: str) -> None:
    target = f"core_dataset.{schema}.{quoted(table)}"
    try:
        warehouse.connection.execute(
            f"create table {target} as from {warehouse.named(schema, table)} order by all nulls first"
        )
    except duckdb.Error as fault:  # its message may hold a value
        raise ReleaseError(f"{schema}.{table} could not be copied ({type(fault).__name__})") from None


def _tell_release(connection: duckdb.DuckDBPyConnection, release: Release) -> None:
    connection.execute(
        'create table core_dataset.meta."release" as select ? as release_id, ?::timestamp as created_at,'
        " ? as inputs_fingerprint, ? as code_version",
        [
            release.release_id,
            release.created_at.replace(tzinfo=None),
            release.inputs,
            release.code_version,
        ],
    )


def _tell_columns(
    connection: duckdb.DuckDBPyConnection, described: Mapping[tuple[str, str], Described]
) -> None:
    """Fills ``meta.column``, and puts the same words on the tables and columns themselves."""
    connection.execute(
        'create table core_dataset.meta."column" (schema_name varchar, table_name varchar,'
        " column_name varchar, position integer, data_type varchar, description varchar)"
    )
    columns = connection.execute(
        "select schema_name, table_name, column_name, column_index, data_type from duckdb_columns()"
        " where database_name = 'core_dataset' order by schema_name, table_name, column_index"
    ).fetchall()
    rows = []
    for schema, table, column, position, data_type in columns:
        meaning = described[schema, table].columns.get(column.lower()) or None
        rows.append((schema, table, column, position, data_type, meaning))
        if meaning:
            place = f"core_dataset.{schema}.{quoted(table)}.{quoted(column)}"
            connection.execute(f"comment on column {place} is {literal(meaning)}")
    for (schema, table), words in described.items():
        connection.execute(
            f"comment on table core_dataset.{schema}.{quoted(table)} is {literal(words.description)}"
        )
    names = ["schema_name", "table_name", "column_name", "position", "data_type", "description"]
    connection.register("told", pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))
    connection.execute('insert into core_dataset.meta."column" from told')
    connection.unregister("told")


def _parquet(connection: duckdb.DuckDBPyConnection, folder: Path, schema: str, table: str) -> int:
    """Writes a table of the snapshot as Parquet, in the snapshot's order; how many rows it has."""
    path = folder / "parquet" / schema / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = connection.execute(
        f"copy core_dataset.{schema}.{quoted(table)} to {literal(str(path))}"
        " (format parquet, compression zstd)"
    ).fetchone()
    assert written is not None
    return int(written[0])
