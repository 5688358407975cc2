"""A DuckDB file that says of itself what it holds: tables in order, with the meaning of each and its columns.

Both files of a release are written here, the analysts' and the public's. They are written anew, never
edited: a row deleted from a DuckDB file stays in its pages. Rows are sorted by all columns from the left,
keys standing first, so that the same content comes in the same order whatever the build left.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.release import examples
from dagster_project.release.descriptions import Described
from dagster_project.release.errors import ReleaseError
from dagster_project.release.manifest import Release
from dagster_project.release.warehouse import RELEASED, literal, quoted

#: Schema and name of a table.
Name = tuple[str, str]

#: The two tables that the release itself makes.
OWN = {
    ("meta", "release"): Described(
        "This release. One row per release, and a release holds itself alone.",
        {
            "release_id": "Name of the release: when it was made, and what it was made from.",
            "created_at": "When it was made, in UTC.",
            "inputs_fingerprint": "Fingerprint of all inputs; equal in releases made from the same files.",
            "code_version": "Version of the programs that made it.",
            "as_of": "The moment, in UTC, whose knowledge it shows; null: all that had arrived.",
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

#: Its content names the release, so it alone differs between releases made from the same files.
NAMES_THE_RELEASE = "meta.release"

#: Under which a file is attached while it is written.
CATALOG = "written"


@contextmanager
def written(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    release: Release,
    sources: Mapping[Name, str],
    described: Mapping[Name, Described],
) -> Iterator[dict[Name, Described]]:
    """Writes a new DuckDB file, and leaves it attached as ``CATALOG`` until the block ends.

    Args:
        connection: Where the sources can be read.
        file: The file, which must not exist yet.
        release: What it is part of; it goes into ``meta.release``.
        sources: What each table is copied from, as a name or query in SQL.
        described: Meaning of the tables and of their columns.

    Yields:
        Every table of the file with its meaning: the sources and the two of its own.

    Raises:
        ReleaseError: a table cannot be copied.
    """
    connection.execute(f"attach {literal(str(file))} as {CATALOG}")
    connection.execute("begin")  # one commit: a thousand comments are a thousand writes to the disk otherwise
    for schema in RELEASED:
        connection.execute(f"create schema {CATALOG}.{schema}")
    for name, source in sorted(sources.items()):
        _copy(connection, name, source)
    _tell_release(connection, release)
    held = {name: described.get(name, Described("", {})) for name in sources} | OWN
    _tell_columns(connection, held)
    examples.write(connection, CATALOG, held)
    connection.execute("commit")
    connection.execute(f"checkpoint {CATALOG}")
    yield held
    connection.execute(f"detach {CATALOG}")


def named(name: Name) -> str:
    """The full name of a table of the file being written, quoted for SQL."""
    schema, table = name
    return f"{CATALOG}.{schema}.{quoted(table)}"


def content_sha256(connection: duckdb.DuckDBPyConnection, name: Name, at_a_time: int = 100_000) -> str:
    """Hash of what a table holds: names and types of its columns, then each column in the order of the file.

    It is of the values and not of a file's bytes: another version of DuckDB or Parquet gives the same.
    """
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns()"
        f" where database_name = '{CATALOG}' and schema_name = ? and table_name = ? order by column_index",
        list(name),
    ).fetchall()
    # each part of a column by itself, so that nothing hangs on how many rows come at a time
    parts = [(hashlib.sha256(), hashlib.sha256(), hashlib.sha256()) for _ in columns]
    for batch in connection.execute(f"from {named(name)}").to_arrow_reader(at_a_time):
        for column, digests in zip(batch.columns, parts, strict=True):
            for digest, part in zip(digests, _parts(column), strict=True):
                digest.update(part)
    whole = hashlib.sha256(repr(columns).encode())
    for digests in parts:
        for digest in digests:
            whole.update(digest.digest())
    return whole.hexdigest()


def _parts(column: pa.Array) -> tuple[bytes, bytes, bytes]:
    """Which values of a column are null, how long its texts are, and the values, 0 or empty where null."""
    nulls, lengths = column.is_null().cast(pa.uint8()).to_numpy().tobytes(), b""
    if pa.types.is_string(column.type):
        texts = column.fill_null("")
        lengths = pc.binary_length(texts).to_numpy().tobytes()
        _, starts, held = texts.buffers()  # the texts one after another, as Arrow holds them
        first, last = pa.Array.from_buffers(
            pa.int32(), len(texts) + 1, [None, starts], offset=texts.offset
        ).take([0, len(texts)])
        values = held.slice(first.as_py(), last.as_py() - first.as_py()) if held else b""
    elif pa.types.is_boolean(column.type):
        values = column.fill_null(False).cast(pa.uint8()).to_numpy().tobytes()
    elif pa.types.is_floating(column.type):
        values = column.fill_null(0.0).to_numpy().tobytes()
    else:  # a day, a moment or a whole number
        whole = pa.int32() if column.type.bit_width == 32 else pa.int64()
        values = column.view(whole).fill_null(0).to_numpy().tobytes()
    return nulls, lengths, values


def _copy(connection: duckdb.DuckDBPyConnection, name: Name, source: str) -> None:
    try:
        connection.execute(f"create table {named(name)} as from {source} order by all nulls first")
    except duckdb.Error as fault:  # its message may hold a value
        raise ReleaseError(f"{'.'.join(name)} could not be copied ({type(fault).__name__})") from None


def _tell_release(connection: duckdb.DuckDBPyConnection, release: Release) -> None:
    connection.execute(
        f"create table {named(('meta', 'release'))} as select ? as release_id, ?::timestamp as created_at,"
        " ? as inputs_fingerprint, ? as code_version, ?::timestamp as as_of",
        [
            release.release_id,
            release.created_at.replace(tzinfo=None),
            release.inputs,
            release.code_version,
            release.as_of.replace(tzinfo=None) if release.as_of else None,
        ],
    )


def _tell_columns(connection: duckdb.DuckDBPyConnection, described: Mapping[Name, Described]) -> None:
    """Fills ``meta.column``, and puts the same words on the tables and columns themselves."""
    dictionary = named(("meta", "column"))
    connection.execute(
        f"create table {dictionary} (schema_name varchar, table_name varchar,"
        " column_name varchar, position integer, data_type varchar, description varchar)"
    )
    columns = connection.execute(
        "select schema_name, table_name, column_name, column_index, data_type from duckdb_columns()"
        f" where database_name = '{CATALOG}' order by schema_name, table_name, column_index"
    ).fetchall()
    rows = []
    for schema, table, column, position, data_type in columns:
        meaning = described[schema, table].columns.get(column.lower()) or None
        rows.append((schema, table, column, position, data_type, meaning))
        if meaning:
            connection.execute(
                f"comment on column {named((schema, table))}.{quoted(column)} is {literal(meaning)}"
            )
    for name, words in described.items():
        connection.execute(f"comment on table {named(name)} is {literal(words.description)}")
    names = ["schema_name", "table_name", "column_name", "position", "data_type", "description"]
    connection.register("told", pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))
    connection.execute(f"insert into {dictionary} from told")
    connection.unregister("told")
