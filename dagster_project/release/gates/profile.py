"""Profiles: the few rows that a suite judges, worked out inside DuckDB so that no large table is loaded.

A profile reads the build's tables under their own names, ``core.core_referral``; those of the release in
force as ``before.core.core_referral``; the rows of every table, now and then, as ``before.released``; and
``getvariable('today')``. Where there is no release before, or it had no such table or column, ``before`` has
no row or a null: nothing was, nothing can be lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.release.errors import ReleaseError
from dagster_project.release.gates.suite import Suite
from dagster_project.release.warehouse import Warehouse, literal, quoted

if TYPE_CHECKING:
    import pandas as pd  # half a second to import: paid by a gate, not by every command

#: More is not a profile but a table: authorities, times measures, times years, stay far below.
MOST_ROWS = 100_000


@contextmanager
def beside(warehouse: Warehouse, before: Path | None, today: date) -> Iterator[bool]:
    """The warehouse with the release before it beside it; whether there is one."""
    connection = warehouse.connection
    is_compared = before is not None and _attached(connection, before)
    connection.execute("attach ':memory:' as before")
    try:
        kept = _kept_columns(connection)
        for schema, table in warehouse.tables:
            once = _once(warehouse, schema, table, kept.get((schema, table), set()))
            connection.execute(f"create schema if not exists before.{quoted(schema)}")
            connection.execute(f"create view {_before(schema, table)} as {once}")
        connection.execute(f"create table before.released as {_counts(warehouse)}")
        connection.execute(f"set variable today = date '{today}'")
        connection.execute("use warehouse")
        yield is_compared
    finally:
        connection.execute("use memory")
        connection.execute("detach before")
        if is_compared:
            connection.execute("detach earlier")


def profiled(warehouse: Warehouse, suite: Suite) -> "pd.DataFrame | None":
    """The rows that a suite judges; None where its query fails, whose own message may hold a value.

    Raises:
        ReleaseError: the suite guards no table, or several; or its profile is as long as a table.
    """
    match [schema for schema, name in warehouse.tables if name == suite.name]:
        case [schema]:
            sql = suite.profile or f"from {warehouse.named(schema, suite.name)}"
        case [] if suite.profile and suite.name == "release":
            sql = suite.profile
        case []:
            raise ReleaseError(
                f"the warehouse lacks {suite.name}, which a suite guards; run 'ncd build' to the end"
            )
        case schemas:
            raise ReleaseError(
                f"the suite {suite.name} is of one table, but {', '.join(schemas)} each have one"
            )
    try:
        frame = warehouse.connection.execute(f"from ({sql}\n) limit {MOST_ROWS + 1}").df()
    except duckdb.Error:
        return None
    if len(frame) > MOST_ROWS:
        raise ReleaseError(
            f"the gate of {suite.name} would load more than {MOST_ROWS:,} rows; "
            f"put a query that counts into {suite.file.with_suffix('.sql')}"
        )
    return frame


def _attached(connection: duckdb.DuckDBPyConnection, before: Path) -> bool:
    """Whether the database of the release before can be read. A broken one must not hold back a whole one."""
    try:
        connection.execute(f"attach {literal(str(before))} as earlier (read_only)")
    except duckdb.Error:
        return False
    return True


def _before(schema: str, table: str) -> str:
    return f"before.{quoted(schema)}.{quoted(table)}"


def _counts(warehouse: Warehouse) -> str:
    return " union all ".join(
        f"select {literal(schema)} as schema_name, {literal(table)} as table_name,"
        f" (select count(*) from {warehouse.named(schema, table)}) as n_rows,"
        f" (select count(*) from {_before(schema, table)}) as n_before"
        for schema, table in warehouse.tables
    )


def _once(warehouse: Warehouse, schema: str, table: str, kept: set[str]) -> str:
    """A query of a table as it was released: of columns that are no longer the same, only nulls."""
    if not kept:
        return f"from {warehouse.named(schema, table)} limit 0"
    return f"from (from {warehouse.named(schema, table)} limit 0) union all by name select " + (
        f"{', '.join(map(quoted, sorted(kept)))} from earlier.{quoted(schema)}.{quoted(table)}"
    )


def _kept_columns(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], set[str]]:
    """By table, the columns that the release before had too, of the same type."""
    kept: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where database_name in ('warehouse', 'earlier')"
        " group by schema_name, table_name, column_name"
        " having count(distinct database_name) = 2 and count(distinct data_type) = 1"
    ).fetchall():
        kept.setdefault((schema, table), set()).add(column)
    return kept
