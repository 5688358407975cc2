"""Schema ``raw`` on DuckDB: views over the Parquet files, so that nothing is copied."""

from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.settings import Settings
from dagster_project.warehouse.errors import BuildError
from dagster_project.warehouse.raw_tables import RawTable, ledger_tables, parquet_tables

#: Nothing is fetched while running: a missing extension is an error, not a download.
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_REMEDY = "remove its folder and take the same file in again"
_TYPES = {pa.string(): "varchar", pa.int32(): "integer"}


def attach(settings: Settings, as_of: datetime | None = None) -> None:
    """Makes schema ``raw`` of the warehouse show what intake holds, as known at ``as_of``.

    Raises:
        BuildError: the warehouse cannot be opened, or a file under ``raw/`` is missing or damaged.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _opened(settings.warehouse) as connection:
        connection.execute("create schema if not exists raw")
        for table in parquet_tables(settings, as_of):
            for file in table.files:
                if not file.is_file():
                    raise BuildError(f"{file} is missing; {_REMEDY}")
            try:
                connection.execute(f'create or replace view raw."{table.name}" as {_select(table)}')
            except duckdb.Error as fault:
                said = f"a file of raw.{table.name} is damaged ({type(fault).__name__})"
                raise BuildError(f"{said}: {_damaged(connection, table)}; {_REMEDY}") from None
        for name, rows in ledger_tables(settings, as_of).items():
            connection.register("rows", rows)
            connection.execute(f"create or replace table raw.{name} as from rows")
            connection.unregister("rows")


def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(file), config=OFFLINE)
    except duckdb.Error as fault:
        if "lock" in str(fault).lower():
            raise BuildError(f"{file} is open in another program; close it there") from None
        raise BuildError(f"{file} is no DuckDB database; delete it, it is built anew from raw/") from None


def _damaged(connection: duckdb.DuckDBPyConnection, table: RawTable) -> str:
    """The first file of the table that cannot be read."""
    for file in table.files:
        try:
            connection.read_parquet(str(file)).limit(0).fetchall()
        except duckdb.Error:
            return str(file)
    return "which one, cannot be told"


def _select(table: RawTable) -> str:
    columns = ", ".join(f'null::{_TYPES[field.type]} as "{field.name}"' for field in table.schema)
    empty = f"select {columns} where false"
    if not table.files:
        return empty
    files = ", ".join("'" + str(file).replace("'", "''") + "'" for file in table.files)
    return f"{empty} union all by name select * from read_parquet([{files}], union_by_name = true)"
