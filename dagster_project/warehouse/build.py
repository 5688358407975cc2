"""Running dbt: the same project, in this process, for a command and for an asset."""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dagster_project.settings import ROOT, Settings
from dagster_project.warehouse import on_duckdb


class BuildError(RuntimeError):
    """The build stopped; one line per node that failed, with no value from any record."""


def dbt_arguments(settings: Settings) -> list[str]:
    """The arguments every dbt run gets, whoever starts it."""
    return ["build", "--log-path", str(settings.logs)]


def build(settings: Settings, as_of: datetime | None = None) -> list[str]:
    """Builds and tests every table of the warehouse; returns a line for each check that only warns.

    Raises:
        BuildError: a model, contract or test failed.
    """
    on_duckdb.attach(settings, as_of)
    results = _run(
        [*dbt_arguments(settings), "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)], settings
    )
    failed = [result for result in results if result.status in ("error", "fail", "runtime error")]
    if failed:
        raise BuildError("\n".join(_line(result) for result in failed))
    return [_line(result) for result in results if result.status == "warn"]


def _run(arguments: list[str], settings: Settings) -> list:
    # two seconds to import: paid by a build, not by every command
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    with _home(settings.home):
        try:
            outcome = dbtRunner().invoke([*arguments, "--quiet", "--no-use-colors"])
        finally:
            DuckDBConnectionManager.close_all_connections()  # else the release could not open the warehouse
    if outcome.exception is not None:
        raise BuildError(
            f"dbt could not run: {type(outcome.exception).__name__}; {settings.logs / 'dbt.log'} says why"
        )
    return list(getattr(outcome.result, "results", []))


def _line(result: object) -> str:
    node = result.node  # type: ignore[attr-defined]
    count = result.failures  # type: ignore[attr-defined]
    said = f"{count:,} rows do not hold" if count else "could not run"
    return f"{node.resource_type} {node.name}: {said} ({node.original_file_path})"


@contextlib.contextmanager
def _home(home: Path) -> Iterator[None]:
    """profiles.yml finds the warehouse through NCD_HOME, as a bare ``dbt build`` does."""
    before = os.environ.get("NCD_HOME")
    os.environ["NCD_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["NCD_HOME"]
        else:
            os.environ["NCD_HOME"] = before
