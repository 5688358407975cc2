"""The demonstration, built once for all tests by the command a newcomer types."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import hypothesis
import pytest

ROOT = Path(__file__).parents[1]

# how long an example takes depends on the machine; what takes how long is for benchmarks/
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

#: dbt's own variable: its unit tests depend on the project alone. They run with the demonstration, and not
#: again in each of the other workspaces, of which they are half of the build.
UNIT_TESTED = "DBT_EXCLUDE_RESOURCE_TYPES"
os.environ[UNIT_TESTED] = "unit_test"


def ncd(*arguments: str, home: Path, **kwargs: object) -> subprocess.CompletedProcess[str]:
    """What the ``ncd`` command does with ``arguments``, as a process of its own."""
    is_demo = arguments[:1] == ("demo",)
    kept = {name: value for name, value in os.environ.items() if not (is_demo and name == UNIT_TESTED)}
    return subprocess.run(
        [sys.executable, "-m", "dagster_project.cli", *arguments],
        cwd=ROOT,
        env={**kept, "NCD_HOME": str(home), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=600,
        **kwargs,
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A workspace in which ``ncd demo`` has run; shared by the test processes, never written to."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if worker_id != "master" else shared
    home, done, begun = shared / "demo", shared / "demo.done", shared / "demo.begun"
    try:
        begun.mkdir()
    except FileExistsError:
        while not done.exists():
            time.sleep(0.2)
    else:
        ran = ncd("demo", home=home)
        done.write_text(json.dumps({"status": ran.returncode, "said": ran.stdout + ran.stderr}))
    told = json.loads(done.read_text())
    assert told["status"] == 0, told["said"]
    return home


@pytest.fixture(scope="session")
def release(demo: Path) -> Path:
    """The folder of the demonstration's release."""
    pointer = json.loads((demo / "release" / "current.json").read_text())
    return demo / "release" / pointer["release_id"]


@pytest.fixture(scope="session")
def core_dataset(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release's database, as an analyst opens it."""
    with duckdb.connect(str(release / "core_dataset.duckdb"), read_only=True) as connection:
        yield connection
