"""All public outputs of a release, written from the tables that may be published and from nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project import site
from dagster_project.release import snapshot
from dagster_project.release.database import Name
from dagster_project.release.descriptions import Described
from dagster_project.release.errors import ReleaseError
from dagster_project.release.manifest import Release
from dagster_project.release.outputs import data_package, open_data, public_database, workbook
from dagster_project.release.warehouse import SPILL, in_memory, literal
from dagster_project.settings import ROOT

#: Processes that share the site; of more, each would spend most of its time getting ready.
_PARTS = 2
_ENDED = "the system ended its process, most likely for want of memory; 'site = false' does without it"


def write(
    release: Release,
    public: Mapping[str, pa.Table],
    described: Mapping[Name, Described],
    draw: Callable[[], None] = lambda: None,
) -> None:
    """Writes ``open_data/``, ``core_dataset.xlsx``, ``core_dataset_public.duckdb`` and ``datapackage.json``.

    Args:
        release: The release; its folder holds the snapshot already.
        public: What may be published: ``core_outcome``, ``core_index``, ``core_comparison``, each with the
            columns it has in the warehouse.
        described: Meaning of tables and columns.
        draw: Called when both databases are whole.

    Raises:
        ReleaseError: a table cannot be written.
    """
    with ThreadPoolExecutor(1) as aside, reading(release, public) as connection:
        public_database.write(connection, release, public, described)
        draw()
        book = aside.submit(_write_workbook, release, public)  # Python's work, the others are DuckDB's
        files = open_data.write(connection, release.path, public)
        data_package.write(release, files)
        book.result()


def _write_workbook(release: Release, public: Mapping[str, pa.Table]) -> None:
    with reading(release, public, f"{SPILL}-workbook") as connection:
        workbook.write(connection, release, public)


@contextmanager
def site_beside(release: Release, before: Path | None) -> Iterator[Callable[[], None]]:
    """Writes ``site/`` in other processes, beside what the block writes; its last page lists those files.

    Args:
        release: The release.
        before: The folder of the release before, if there is one: the site says what was restated.

    Yields:
        What is called when both databases are whole.

    Raises:
        ReleaseError: a page cannot be written.
    """
    names = (site.FOLDER, public_database.DATABASE, snapshot.DATABASE)
    paths = [release.path / name for name in names] + ([before / names[1]] if before else [])
    parts = min(_PARTS, os.cpu_count() or 1)
    with ExitStack() as stack:
        drawing = [stack.enter_context(_drawing(f"{part}/{parts}", paths)) for part in range(1, parts + 1)]

        def draw() -> None:
            for each in drawing:
                with suppress(BrokenPipeError):  # it has ended, and says why below
                    print(file=each.stdin, flush=True)

        try:
            yield draw
        except BaseException:
            for each in drawing:
                each.kill()  # or their getting ready would be waited for
            raise
        said = [(each, each.communicate()[1]) for each in drawing]
    for each, told in said:
        if each.returncode:
            lines = told.strip().splitlines() or [_ENDED]
            raise ReleaseError(f"the site could not be written: {lines[-1]}")


def _drawing(part: str, paths: list[Path]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dagster_project.site", part, *(str(path.resolve()) for path in paths)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def reading(
    release: Release, public: Mapping[str, pa.Table], spill: str = SPILL
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The public tables by their names, beside the snapshot's ``core_dataset.meta``: facts open to all.

    Two at a time must not spill into one folder.
    """
    with in_memory(release.path.parent / spill) as connection:
        file = literal(str(release.path / snapshot.DATABASE))
        connection.execute(f"attach {file} as core_dataset (read_only)")
        for name, table in public.items():
            connection.register(name, table)
        yield connection
