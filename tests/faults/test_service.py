"""The service for real: a daemon is started, a file is dropped, a release appears; nothing typed is kept."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from dagster_project import service
from dagster_project.settings import ROOT, Settings
from tests.conftest import ncd
from tests.faults.test_canaries import FOUND, census

#: The demonstration has no census of this year, so that nothing is replaced by one that is smaller.
NEW = census("2023-03-31").replace("2024-06-03", "2022-06-03")
PATIENCE = 300  # seconds; it takes some forty where nothing else runs


def linked(demo: Path, home: Path) -> Path:
    """The demonstration's workspace without its incoming files; what never changes is linked, not copied."""
    for name in ("raw", "rules", "release"):
        shutil.copytree(demo / name, home / name, copy_function=os.link)
    for name in ("warehouse.duckdb", "ncd.toml"):
        shutil.copy2(demo / name, home / name)
    shutil.copytree(demo / "keys", home / "keys")
    return home


def wait_until(there, process: subprocess.Popen, log: Path):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := there():
            return found
        assert process.poll() is None, log.read_text()
        time.sleep(0.5)
    pytest.fail(f"nothing came of it in {PATIENCE} seconds\n{log.read_text()}")


@pytest.fixture(scope="module")
def served(demo, tmp_path_factory):
    """A workspace whose service was started, given a file and a broken one, and stopped after it released."""
    home = linked(demo, tmp_path_factory.mktemp("served"))
    with (home / "ncd.toml").open("a") as settings:
        settings.write("\n[service]\nlook_every = 1\n")
    before, log = service_pointer(home), home / "serve.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster_project.cli", "serve"],
            cwd=ROOT,
            env={**os.environ, "NCD_HOME": str(home)},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            (home / "incoming").mkdir()
            (home / "incoming" / "cut.xml").write_text(NEW[: len(NEW) // 2])
            (home / "incoming" / "census.xml").write_text(NEW)
            wait_until(lambda: service_pointer(home) != before, process, log)
            wait_until(lambda: (home / "logs" / "alerts.log").exists(), process, log)
            second = ncd("serve", home=home)
        finally:
            process.terminate()  # and with it all that it started
            ended = process.wait(90)
    return home, log.read_text(), ended, second


def service_pointer(home: Path) -> str:
    return json.loads((home / "release" / "current.json").read_text())["release_id"]


def test_a_file_that_is_dropped_becomes_part_of_a_release_by_itself(served):
    home, said, ended, _ = served
    end = service.last(Settings(home))
    assert (end.state, end.release_id) == ("released", service_pointer(home)), said
    manifest = json.loads((home / "release" / end.release_id / "manifest.json").read_text())
    assert any(each["la_code"] == "991" and each["period_end"] == "2023-03-31" for each in manifest["inputs"])
    assert ended == 0


def test_all_that_was_dropped_together_was_one_run_and_what_was_refused_is_told(served):
    home, _, _, _ = served
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        runs = instance.get_runs()
        assert [run.status for run in runs] == [dg.DagsterRunStatus.SUCCESS]
        assert runs[0].tags["ncd/ended"] == "released"
        assert instance.get_materialized_partitions(dg.AssetKey(["cin", "child"])) >= {"2022-23"}
    assert "refused: cut.xml: " in (home / "logs" / "alerts.log").read_text()


def test_nothing_that_dagster_keeps_holds_a_value(served):
    home, said, _, _ = served
    kept = [path for path in (home / "dagster").rglob("*") if path.is_file()]
    assert {"runs.db", "schedules.db"} <= {path.name for path in kept}
    assert [path.name for path in kept if FOUND.search(path.read_bytes())] == []
    assert not FOUND.search(said.encode())
    logs = [path for path in (home / "logs").rglob("*") if path.is_file()]
    assert [path.name for path in logs if FOUND.search(path.read_bytes())] == []


def test_there_is_one_service_to_a_workspace(served):
    _, _, _, second = served
    assert second.returncode == 2
    assert "a service runs already" in second.stderr
