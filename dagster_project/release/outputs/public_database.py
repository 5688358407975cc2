"""``core_dataset_public.duckdb``: the published tables and the facts they stand on, for SQL and Power BI."""

from collections.abc import Mapping
from dataclasses import replace

import duckdb
import pyarrow as pa

from dagster_project.release import database
from dagster_project.release.database import Name
from dagster_project.release.descriptions import Described
from dagster_project.release.manifest import Release
from dagster_project.release.warehouse import quoted

DATABASE = "core_dataset_public.duckdb"
_DISCLOSURE = "withheld or rounded, where disclosure control changed something in the row; else empty"


def write(
    connection: duckdb.DuckDBPyConnection,
    release: Release,
    public: Mapping[str, pa.Table],
    described: Mapping[Name, Described],
) -> None:
    """Writes the public tables and schema ``meta`` into a file of their own, with what they mean.

    Args:
        connection: Has the public tables by their names, and the snapshot attached as ``core_dataset``.
        release: The release.
        public: What may be published.
        described: Meaning of tables and columns.

    Raises:
        ReleaseError: a table cannot be copied.
    """
    facts = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'core_dataset' and schema_name = 'meta'"
    ).fetchall()
    sources = {("meta", table): f"core_dataset.meta.{quoted(table)}" for (table,) in facts}
    sources |= {("outcomes", name): quoted(name) for name in public}
    for own in database.OWN:
        sources.pop(own, None)
    told = dict(described)
    for name in public:
        if meant := told.get(("outcomes", name)):
            told["outcomes", name] = replace(meant, columns={**meant.columns, "disclosure": _DISCLOSURE})
    with database.written(connection, release.path / DATABASE, release, sources, told):
        pass
