"""Schema ``raw`` on DuckDB: views over the Parquet files, so that nothing is copied."""

from datetime import datetime

import duckdb
import pyarrow as pa

from dagster_project.settings import Settings
from dagster_project.warehouse.raw_tables import RawTable, ledger_tables, parquet_tables

#: Nothing is fetched while running: a missing extension is an error, not a download.
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_TYPES = {pa.string(): "varchar", pa.int32(): "integer"}


def attach(settings: Settings, as_of: datetime | None = None) -> None:
    """Makes schema ``raw`` of the warehouse show what intake holds, as known at ``as_of``."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse), config=OFFLINE) as connection:
        connection.execute("create schema if not exists raw")
        for table in parquet_tables(settings, as_of):
            connection.execute(f'create or replace view raw."{table.name}" as {_select(table)}')
        for name, rows in ledger_tables(settings, as_of).items():
            connection.register("rows", rows)
            connection.execute(f"create or replace table raw.{name} as from rows")
            connection.unregister("rows")


def _select(table: RawTable) -> str:
    columns = ", ".join(f'null::{_TYPES[field.type]} as "{field.name}"' for field in table.schema)
    empty = f"select {columns} where false"
    if not table.files:
        return empty
    files = ", ".join("'" + str(file).replace("'", "''") + "'" for file in table.files)
    return f"{empty} union all by name select * from read_parquet([{files}], union_by_name = true)"
