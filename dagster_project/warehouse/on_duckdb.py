"""Schema ``raw`` on DuckDB: views over the Parquet files, so that nothing is copied unless it is sealed.

It also holds what the last build was made from, so that the next one makes anew what changed and no more.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

import duckdb
import pyarrow as pa

from dagster_project.intake import current, damaged, seal_of
from dagster_project.sealing import Seal, engine, storage_key
from dagster_project.settings import Settings
from dagster_project.warehouse import changes
from dagster_project.warehouse.errors import BuildError, InUse
from dagster_project.warehouse.inputs import of_project
from dagster_project.warehouse.raw_tables import RawTable, ledger_tables, parquet_tables
from dagster_project.warehouse.rule_tables import rule_ledger, rule_tables

#: Nothing is fetched while running: a missing extension is an error, not a download.
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_REMEDY = "remove its folder and take the same file in again"
_TYPES = {pa.string(): "varchar", pa.int32(): "integer"}
_EVERYTHING = ["--full-refresh"]
#: What depends on the project alone stands already: seeds and what is made of them, views, what tests said of
#: either and of the logic of models.
_WHAT_CHANGED = [
    "--select",
    *(f"source:*+,{kind}" for kind in ("config.materialized:table", "config.materialized:incremental")),
    "source:*+,test_type:data",
    # else a table brings the unit tests with it
    *("--indirect-selection", "empty"),
]
#: In place of an authority: that a build of the project ended well, with all that depends on it alone.
_STANDS = ""


@contextmanager
def prepared(
    settings: Settings,
    as_of: datetime | None = None,
    anew: bool = False,
    of_all: bool = True,
    again: Collection[str] = (),
) -> Iterator[list[str]]:
    """Schema ``raw`` as the next build needs it, and the arguments that make dbt build what is needed.

    If nothing but returns changed since the last build that ended well, ``raw`` shows those of the
    authorities whose returns did, and dbt replaces what these have in each table; otherwise every table is
    made anew. Seeds, views and unit tests, which depend on the project alone, are left out as soon as one
    build of it ended well. What was built is recorded when the block ends without an exception.

    Args:
        settings: the workspace.
        as_of: shows what was current at that moment instead; the next build makes everything anew.
        anew: builds everything whatever changed.
        of_all: false if only some tables will be built: these and, by the next build, all are made anew.
        again: authorities whose part of each table is made anew although nothing of theirs changed.

    Raises:
        BuildError: the warehouse cannot be opened, or a file under ``raw/`` is missing or damaged.
        SealingError: the storage key is missing, or what is held is sealed in another way.
    """
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    in_use = current(settings.raw, as_of)
    project, held = of_project(), changes.states(in_use)
    seal = seal_of(settings)
    with _opened(settings) as connection:
        connection.execute("create schema if not exists raw")
        built = {} if anew or as_of or not of_all else _built(connection, project)
        stands = built.pop(_STANDS, None)
        built = {la_code: state for la_code, state in built.items() if la_code not in again}
        touched = changes.touched(built, held)
        shown = in_use if touched is None else [each for each in in_use if each.la_code in touched]
        for file, fault in damaged(settings.raw, shown):
            raise BuildError(f"{file} is {fault}; {_REMEDY}")
        # a build that stops half way has built nothing of returns
        _fill(connection, "built", _record(project, {} if stands is None else {_STANDS: stands}))
        for table in (*parquet_tables(settings.raw, shown), *rule_tables(settings, touched, as_of)):
            _show(connection, table, seal)
        ledger = ledger_tables(settings.raw, in_use, as_of) | rule_ledger(settings.raw, as_of)
        for name, rows in ledger.items():
            _fill(connection, name, rows)
        _fill(connection, "touched", pa.table({"la_code": pa.array(sorted(touched or held), pa.string())}))
    target = ["--target", "sealed"] if settings.encryption else []
    tables = _EVERYTHING if touched is None else []
    yield [*tables, *(_WHAT_CHANGED if stands is not None else []), *target]
    if of_all and as_of is None:
        with _opened(settings) as connection:
            _fill(connection, "built", _record(project, held | {_STANDS: ""}))


def _record(project: str, states: dict[str, str]) -> pa.Table:
    names = [("project", pa.string()), ("la_code", pa.string()), ("state", pa.string())]
    rows = [{"project": project, "la_code": la_code, "state": state} for la_code, state in states.items()]
    return pa.Table.from_pylist(rows, pa.schema(names))


def _built(connection: duckdb.DuckDBPyConnection, project: str) -> dict[str, str]:
    """What the last build was made from, if it ended well and the project is still the same."""
    try:
        return dict(
            connection.execute("select la_code, state from raw.built where project = ?", [project]).fetchall()
        )
    except duckdb.CatalogException:
        return {}


def _fill(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("rows", rows)
    connection.execute(f"create or replace table raw.{name} as from rows")
    connection.unregister("rows")


def _show(connection: duckdb.DuckDBPyConnection, table: RawTable, seal: Seal) -> None:
    try:
        if seal.secret:
            _copy(connection, table, seal)
        else:
            connection.execute(f'create or replace view raw."{table.name}" as {_select(table)}')
    except (duckdb.Error, OSError, pa.ArrowException) as fault:
        said = f"a file of raw.{table.name} cannot be read ({type(fault).__name__})"
        raise BuildError(f"{said}: {_unreadable(table, seal)}; {_REMEDY}") from None


def _copy(connection: duckdb.DuckDBPyConnection, table: RawTable, seal: Seal) -> None:
    """The rows themselves: DuckDB 1.5 cannot be relied on to read sealed Parquet (docs/decisions/0022)."""
    connection.execute(f'create or replace table raw."{table.name}" as {_empty(table)}')
    for file in table.files:
        rows = seal.read(file)
        known = [name for name in rows.column_names if name in table.schema.names]
        connection.register("rows", rows.select(known))
        connection.execute(f'insert into raw."{table.name}" by name from rows')
        connection.unregister("rows")


def _opened(settings: Settings) -> duckdb.DuckDBPyConnection:
    file = settings.warehouse
    try:
        if not settings.encryption:
            return duckdb.connect(str(file), config=OFFLINE)
        connection, key = duckdb.connect(":memory:", config=OFFLINE), storage_key(settings)
        engine.unlock(connection)
        engine.attached(connection, file, key)
        return connection.execute(f"use {engine.CATALOG}")
    except duckdb.Error as fault:
        if "lock" in str(fault).lower():
            raise InUse(f"{file} is open in another program; close it there") from None
        sealed = " of this storage key" if settings.encryption else ""
        raise BuildError(
            f"{file} is no DuckDB database{sealed}; delete it, it is built anew from raw/"
        ) from None


def _unreadable(table: RawTable, seal: Seal) -> str:
    """The first file of the table that cannot be read."""
    for file in table.files:
        try:
            seal.rows(file)
        except (OSError, pa.ArrowException):
            return str(file)
    return "which one, cannot be told"


def _select(table: RawTable) -> str:
    if not table.files:
        return _empty(table)
    files = ", ".join("'" + str(file).replace("'", "''") + "'" for file in table.files)
    return f"{_empty(table)} union all by name select * from read_parquet([{files}], union_by_name = true)"


def _empty(table: RawTable) -> str:
    columns = ", ".join(f'null::{_TYPES[field.type]} as "{field.name}"' for field in table.schema)
    return f"select {columns} where false"
