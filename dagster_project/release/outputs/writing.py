"""All public outputs of a release, written from the tables that may be published and from nothing else."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from dagster_project.release import snapshot
from dagster_project.release.database import Name
from dagster_project.release.descriptions import Described
from dagster_project.release.manifest import Release
from dagster_project.release.outputs import data_package, open_data, public_database, workbook
from dagster_project.release.warehouse import SPILL, in_memory, literal


def write(release: Release, public: Mapping[str, pa.Table], described: Mapping[Name, Described]) -> None:
    """Writes ``open_data/``, ``core_dataset.xlsx``, ``core_dataset_public.duckdb`` and ``datapackage.json``.

    Args:
        release: The release; its folder holds the snapshot already.
        public: What may be published: ``core_outcome``, ``core_index``, ``core_comparison``, each with the
            columns it has in the warehouse.
        described: Meaning of tables and columns.

    Raises:
        ReleaseError: a table cannot be written.
    """
    with ThreadPoolExecutor(1) as aside:  # the workbook is Python's, the others are DuckDB's
        book = aside.submit(_write_workbook, release, public)
        with reading(release, public) as connection:
            public_database.write(connection, release, public, described)
            files = open_data.write(connection, release.path, public)
        data_package.write(release, files)
        book.result()


def _write_workbook(release: Release, public: Mapping[str, pa.Table]) -> None:
    with reading(release, public) as connection:
        workbook.write(connection, release, public)


@contextmanager
def reading(release: Release, public: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The public tables by their names, beside the snapshot's ``core_dataset.meta``: facts open to all."""
    with in_memory(release.path.parent / SPILL) as connection:
        file = literal(str(release.path / snapshot.DATABASE))
        connection.execute(f"attach {file} as core_dataset (read_only)")
        for name, table in public.items():
            connection.register(name, table)
        yield connection
