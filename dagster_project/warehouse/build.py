"""Running dbt: the same project, in this process, for a command and for an asset."""

import contextlib
import importlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from dagster_project import lock
from dagster_project.settings import ROOT, Settings, SettingsError
from dagster_project.warehouse import on_duckdb, on_spark
from dagster_project.warehouse.errors import BuildError
from dagster_project.warehouse.inputs import of_project


@dataclass(frozen=True)
class Built:
    """What became of a node of dbt: its id, ``status`` in dbt's words, and the rows that fail if a test."""

    unique_id: str
    status: str
    failures: int
    seconds: float


#: States of the project of which dbt's manifest is kept for Dagster, which may run from an older one.
_STATES = 3
#: How DuckDB says that a contract forbids a null; the column, and no value.
_EMPTY = re.compile(r"NOT NULL constraint failed: \w+\.(\w+)")
#: dbt prints and logs what a database says of a failure, which quotes the value it failed on.
_QUIET = ["--log-level", "none", "--log-level-file", "none"]


def _arguments(settings: Settings) -> list[str]:
    """The arguments every dbt build gets."""
    return ["build", "--log-path", str(settings.logs), *_QUIET]


def build(
    settings: Settings,
    target: str = "duckdb",
    as_of: datetime | None = None,
    anew: bool = False,
    again: Collection[str] = (),
    only: Collection[str] = (),
    on_built: Callable[[Built], None] = lambda _: None,
) -> list[str]:
    """Builds and tests the tables of the warehouse; returns a line for each check that only warns.

    Args:
        settings: the workspace.
        target: ``duckdb``, where only what changed since the last build is made anew; or ``spark``, for
            those who outgrow one machine's database, where everything is.
        as_of: builds what was known at that moment instead.
        anew: makes everything anew, whatever changed.
        again: authorities whose part is made anew although nothing of theirs changed.
        only: names of the tables to build, if not all.
        on_built: called with what became of each model, seed and test, failures too, before it returns.

    Raises:
        BuildError: a model, contract or test failed.
        SettingsError: the target is not known, or needs what is not installed.
    """
    if target not in _TARGETS:
        raise SettingsError(f"there is no target '{target}'; the targets are {', '.join(_TARGETS)}")
    with alone(settings):
        return _TARGETS[target](_Asked(settings, as_of, anew, frozenset(again), tuple(only), on_built))


def get_ready() -> None:
    """Loads what a build needs, which takes two seconds; there is no need to."""
    importlib.import_module("dbt.cli.main")


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """The right to build in this workspace: DuckDB has one writer, and so has a warehouse.

    Raises:
        BuildError: another process is building.
    """
    try:
        with lock.held(settings.home):
            yield
    except lock.Busy as fault:
        raise BuildError(str(fault)) from None


@contextlib.contextmanager
def apart(settings: Settings) -> Iterator[Settings]:
    """The same workspace with a build database of its own, empty at first and gone when the block ends.

    What is built in it leaves ``warehouse.duckdb``, and what that was made from, as they are.

    Raises:
        BuildError: another process has such a database at work.
    """
    folder = settings.home / "apart"
    try:
        with lock.held(folder):
            scratch = replace(settings, build_in=folder / "build")
            shutil.rmtree(folder / "build", ignore_errors=True)  # what a killed run left
            try:
                yield scratch
            finally:
                shutil.rmtree(folder / "build", ignore_errors=True)
    except lock.Busy as fault:
        raise BuildError(str(fault)) from None


def parsed() -> Path:
    """The folder with dbt's ``manifest.json`` of the project as it stands, of which Dagster makes assets.

    Named after the project's fingerprint: a project that changed is read anew, and of two processes that read
    it at once neither sees half a file.

    Raises:
        BuildError: dbt cannot read the project.
    """
    folder = ROOT / "target" / of_project()[:16]
    file = folder / "manifest.json"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as draft:
            _read_by_dbt(Path(draft))
            (Path(draft) / file.name).replace(file)
        _forget(folder.parent)
    return folder


def _forget(target: Path) -> None:
    """Removes what was read of all but the last few states of the project."""
    read = sorted(target.glob("[0-9a-f]" * 16), key=lambda folder: folder.stat().st_mtime)
    for folder in read[:-_STATES]:
        shutil.rmtree(folder, ignore_errors=True)


def _read_by_dbt(into: Path) -> None:
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(["parse", *_where(into), *_QUIET])
    if not outcome.success:
        raise BuildError(f"dbt cannot read the project; 'dbt parse' in {ROOT} says why")


def _where(compiled: Path) -> list[str]:
    """The project, and where what dbt makes of it goes."""
    return ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(compiled)]


@dataclass(frozen=True)
class _Asked:
    """What is asked of a build, as ``build`` explains."""

    settings: Settings
    as_of: datetime | None
    anew: bool
    again: frozenset[str]
    only: tuple[str, ...]
    on_built: Callable[[Built], None]


def _on_duckdb(asked: _Asked) -> list[str]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    select = ("--select", *asked.only) if asked.only else ()
    with on_duckdb.prepared(
        asked.settings, asked.as_of, asked.anew, of_all=not asked.only, again=asked.again
    ) as arguments:
        try:
            return _run(asked, asked.settings.compiled, *arguments, *select)
        finally:
            DuckDBConnectionManager.close_all_connections()  # else nobody else could open the warehouse


def _on_spark(asked: _Asked) -> list[str]:
    with on_spark.session(asked.settings) as spark:
        on_spark.attach(spark, asked.settings, asked.as_of)
        # compiled apart: what is released is described by what DuckDB was built from
        apart = asked.settings.home / "spark" / "target"
        warnings = _run(asked, apart, "--full-refresh", "--target", "spark")
        on_spark.compare(spark)
        return warnings


_TARGETS: dict[str, Callable[[_Asked], list[str]]] = {"duckdb": _on_duckdb, "spark": _on_spark}


def _run(asked: _Asked, compiled: Path, *more: str) -> list[str]:
    from dbt.cli.main import dbtRunner  # two seconds to import: paid by a build, not by every command

    with _environment(asked.settings):
        outcome = dbtRunner().invoke([*_arguments(asked.settings), *_where(compiled), *more])
    if not outcome.success:
        (compiled / "run_results.json").unlink(missing_ok=True)  # it holds the database's words too
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if outcome.exception is not None:
        fault = type(outcome.exception).__name__
        raise BuildError(f"dbt could not run ({fault}); 'dbt parse' in {ROOT} says why")
    results = list(getattr(outcome.result, "results", []))
    for result in results:
        asked.on_built(_told(result))
    failed = [result for result in results if result.status in ("error", "fail", "runtime error")]
    if failed:
        raise BuildError("\n".join(_line(result) for result in failed))
    return [_line(result) for result in results if result.status == "warn"]


def _told(result: Any) -> Built:
    """Without its message: it may quote a value."""
    return Built(result.node.unique_id, str(result.status), result.failures or 0, result.execution_time)


def _line(result: object) -> str:
    node = result.node  # type: ignore[attr-defined]
    count = result.failures  # type: ignore[attr-defined]
    empty = _EMPTY.search(str(result.message))  # type: ignore[attr-defined]
    said = f"{count:,} rows do not hold" if count else "could not run"
    said = f"{empty[1]} may not be empty, and is in some row" if empty else said
    return f"{node.resource_type} {node.name}: {said} ({node.original_file_path})"


@contextlib.contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """What profiles.yml looks for: the workspace, as of a bare ``dbt build``, and its build database."""
    told = {"NCD_HOME": str(settings.home), "NCD_WAREHOUSE": str(settings.warehouse)}
    before = {name: os.environ.pop(name, None) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value
