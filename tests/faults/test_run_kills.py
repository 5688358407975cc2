"""A run killed at any of its steps, one after the other: readers see whole releases, the next run goes on.

No step is tidied up by hand. What is in force at the end is what a run gives that nobody disturbed. The steps
of a publication are in test_release_kills.py.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project import synthetic
from dagster_project.release import current, damaged
from dagster_project.settings import Settings
from tests.comparison import differences, tables_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
ROOT = Path(__file__).parents[2]

#: The steps of a run, by the call at which it dies, in the order in which they come.
STEPS = {
    "before a submission counts": "dagster_project.intake.commit:write_json",
    "between intake and rules": "dagster_project.pipeline:check_rules",
    "before what the rules found counts": "dagster_project.rule_checks.checking:_result_rows",
    "while raw is shown": "dagster_project.warehouse.on_duckdb:_show",
    "in the middle of the models": "dbt.adapters.duckdb.connections:DuckDBConnectionManager.commit",
    "between build and release": "dagster_project.release:publish",
}

DRIVER = """
import importlib, os, signal, sys
from dagster_project import pipeline, settings

module, _, path = sys.argv[1].partition(":")
holder = importlib.import_module(module)
*above, name = path.split(".")
for each in above:
    holder = getattr(holder, each)
setattr(holder, name, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
pipeline.run(settings.load())
"""

#: What tells when something was done, and is another in every run.
TABLES_OF_TIME = {("meta", "release")}
COLUMNS_OF_TIME = {"received_at", "known_at", "superseded_at", "first_seen_at", "cleared_at"}


def run(home: Path, *command: str) -> int:
    arguments = [sys.executable, *(command or ("-m", "dagster_project.cli", "run"))]
    environment = {**os.environ, "NCD_HOME": str(home)}
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, timeout=600).returncode


def write_returns(folder: Path, years: tuple[int, ...]) -> None:
    synthetic.write_cin(folder, years, children=30, authorities=["991"])


def contents(home: Path) -> dict:
    made = current(Settings(home=home))
    assert made is not None
    found = tables_in(made.path / "core_dataset.duckdb", "core", "outcomes", "quality", "meta")
    return {
        name: table.drop_columns(sorted(COLUMNS_OF_TIME & set(table.column_names)))
        for name, table in found.items()
        if name not in TABLES_OF_TIME
    }


def test_a_run_that_dies_at_each_step_in_turn_ends_as_one_that_nobody_disturbed(tmp_path):
    home, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    write_returns(home / "incoming", (2024,))
    assert run(home) == 0
    first = current(Settings(home=home))
    write_returns(home / "incoming" / "more", (2025,))

    for place in STEPS.values():
        assert run(home, "-c", DRIVER, place) == -signal.SIGKILL, place
        found = current(Settings(home=home))
        assert found == first and damaged(found) == []

    assert run(home) == 0
    assert current(Settings(home=home)) != first
    write_returns(undisturbed / "incoming", (2024,))
    write_returns(undisturbed / "incoming" / "more", (2025,))
    shutil.copytree(home / "keys", undisturbed / "keys")  # else its pseudonyms were others
    assert run(undisturbed) == 0
    ours, theirs = contents(home), contents(undisturbed)
    assert ours.keys() == theirs.keys()
    assert {name: found for name in ours if (found := differences(ours[name], theirs[name]))} == {}
    left = [path for path in home.rglob("*") if path.name.startswith(".building") or path.suffix == ".tmp"]
    assert left == []
