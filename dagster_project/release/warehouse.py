"""The build database as a release sees it: read only, and only the schemas that may leave it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.release.errors import ReleaseError
from dagster_project.sealing import Key, engine

if TYPE_CHECKING:
    import pandas as pd  # half a second to import: paid by a gate, not by every command

#: All that a release may hold. Raw, staging, intermediate and published stay in the build database.
RELEASED = ("core", "outcomes", "quality", "meta")

#: What does not fit into memory goes here, in the folder of releases; a publication removes what is left.
SPILL = ".building-spill"


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse."""

    connection: duckdb.DuckDBPyConnection

    def again(self) -> "Warehouse":
        """The same warehouse for another thread, whose settings and transactions are its own."""
        return Warehouse(self.connection.cursor())

    @cached_property
    def tables(self) -> list[tuple[str, str]]:
        """Schema and name of every table that may be released; a view is a step on the way to one."""
        return self.connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_catalog = ? and table_type = 'BASE TABLE' and list_contains(?, table_schema)"
            " order by all",
            [engine.CATALOG, list(RELEASED)],
        ).fetchall()

    def named(self, schema: str, table: str) -> str:
        """The full name of a table, quoted for SQL."""
        return ".".join(quoted(part) for part in (engine.CATALOG, schema, table))

    def frame(self, schema: str, table: str) -> "pd.DataFrame":
        """The whole of a table.

        Raises:
            ReleaseError: it cannot be read. DuckDB's own message may hold a value, so only its kind is told.
        """
        try:
            return self.connection.execute(f"from {self.named(schema, table)}").df()
        except duckdb.Error as fault:
            raise ReleaseError(f"{schema}.{table} cannot be read ({type(fault).__name__})") from None


@contextmanager
def opened(path: Path, spill: Path, key: Key | None = None) -> Iterator[Warehouse]:
    """The warehouse, held open so that what the gates judge is what the snapshot copies.

    Args:
        path: The database file.
        spill: A folder for what does not fit into memory; DuckDB makes and removes it.
        key: What it is sealed with, if it is.

    Raises:
        ReleaseError: there is no warehouse, another program has it open, or it is no database.
    """
    if not path.is_file():
        raise ReleaseError(f"there is no warehouse at {path}; run 'ncd build' first")
    with in_memory(spill) as connection:
        try:
            if key:
                engine.unlock(connection)
                engine.attached(connection, path, key, read_only=True)
            else:
                connection.execute(f"attach {literal(str(path))} as {engine.CATALOG} (read_only)")
        except duckdb.Error as fault:
            if any(word in str(fault).lower() for word in ("lock", "conflict")):
                raise ReleaseError(f"{path} is open in another program; wait for it to end") from None
            raise ReleaseError(f"{path} cannot be opened as a DuckDB database; build it again") from None
        yield Warehouse(connection)


@contextmanager
def in_memory(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with a database in memory, to which files are attached; what does not fit goes to ``spill``."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        # without these DuckDB looks for extensions on the internet, and stalls where there is none
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
        "temp_directory": str(spill),
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("set enable_progress_bar = false")  # else it is drawn into a log
        yield connection


def quoted(name: str) -> str:
    """A name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, quoted for SQL where no parameter may stand."""
    return "'" + text.replace("'", "''") + "'"
