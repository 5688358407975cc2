"""A publication killed at any moment leaves a whole release in force, and the next one recovers by itself."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project import lock
from dagster_project.release import current, damaged, publish
from dagster_project.settings import Settings
from tests.toy_warehouse import build, dbt_manifest, figure

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
ROOT = Path(__file__).parents[2]

# Great Expectations is imported once, before the forks: each of them is a publication of its own, with its
# own DuckDB, that is killed at its time, while the first process reads. One line per fork: the workspace, how
# it ended, the release in force after it, and whether every release read meanwhile was whole.
DRIVER = """
import os, random, signal, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import great_expectations  # noqa: F401

from dagster_project.release import current, damaged, publish
from dagster_project.settings import Settings

calls, times = (Settings(home=Path(home), keep_releases=2) for home in sys.argv[1:3])
day = datetime(2026, 1, 1, tzinfo=UTC)


def deadly(call, calls_left):
    def struck(*args, **kwargs):
        calls_left[0] -= 1
        if calls_left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)

    return struck


def forked(settings, number, arm=lambda: None):
    child = os.fork()
    if child == 0:
        try:
            arm()
            publish(
                settings,
                inputs="0123456789abcdef",
                manifest_path=settings.home / "manifest.json",
                now=day + timedelta(days=number),
                suites=settings.home / "suites",
            )
        except BaseException as fault:
            print(type(fault).__name__, fault, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def ended(settings, child, kill_at=None):
    whole, done = True, 0
    while not done:
        time.sleep(0.01)
        if kill_at is not None and time.monotonic() > kill_at:
            os.kill(child, signal.SIGKILL)
        done, status = os.waitpid(child, os.WNOHANG)
        found = current(settings)
        whole = whole and (found is None or damaged(found) == [])
    release_id = found.release_id if found else "-"
    print(settings.home.name, os.waitstatus_to_exitcode(status), release_id, whole, flush=True)
    return status


number, step, status = 0, 0, None
while status != 0:  # as long as there is a call left to be struck at
    step, number = step + 1, number + 2

    def arm(step=step):
        calls_left = [step]
        for name in ("mkdir", "fsync", "replace", "rename", "unlink", "rmdir"):
            setattr(os, name, deadly(getattr(os, name), calls_left))

    status = ended(calls, forked(calls, number, arm))
    ended(calls, forked(calls, number + 1))  # the next one, with nothing done by hand in between

moment = random.Random(1)
begin = time.monotonic()
ended(times, forked(times, 0))
longest = time.monotonic() - begin
for number in range(1, 11):
    ended(times, forked(times, number), time.monotonic() + moment.uniform(0, longest))
"""


def workspace(home: Path) -> Settings:
    figures = [figure("M02", "302", 22.5, period=year) for year in range(2014, 2026)]
    build(home / "warehouse.duckdb", figures)
    dbt_manifest(home / "manifest.json")
    (home / "suites").mkdir()
    expectation = {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}}
    suite = {"name": "core_outcome", "expectations": [expectation]}
    (home / "suites" / "core_outcome.json").write_text(json.dumps(suite))
    return Settings(home=home, keep_releases=2)


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """The two workspaces of the driver, and how each of the publications in them ended."""
    folder = tmp_path_factory.mktemp("killed")
    homes = {name: workspace(folder / name) for name in ("calls", "times")}
    command = [sys.executable, "-c", DRIVER, *(str(folder / name) for name in homes)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000)
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = [line.split() for line in ran.stdout.splitlines()]
    return {
        name: (
            settings,
            [(int(status), found, whole) for home, status, found, whole in lines if home == name],
        )
        for name, settings in homes.items()
    }


def recovered(settings: Settings) -> None:
    """The next publication goes through, and nothing of the dead ones is left."""
    made = publish(
        settings,
        inputs="0123456789abcdef",
        manifest_path=settings.home / "manifest.json",
        suites=settings.home / "suites",
    )
    assert current(settings) == made
    assert damaged(made) == []
    releases = {path.name for path in settings.releases.iterdir()} - {".lock", "current.json"}
    assert len(releases) <= settings.keep_releases
    assert not [name for name in releases if name.startswith(".")]


def test_a_kill_at_any_call_leaves_a_whole_release_in_force(killed):
    settings, seen = killed["calls"]
    assert {whole for _, _, whole in seen} == {"True"}
    in_force = [found for _, found, _ in seen]
    assert in_force[0] == "-"  # killed before the first release: none
    assert in_force == sorted(in_force)  # never back

    ends = [status for status, _, _ in seen]
    struck, next_ones = ends[::2], ends[1::2]
    assert struck.count(-signal.SIGKILL) == len(struck) - 1 >= 25  # the last outlived its calls
    assert set(next_ones) == {0}

    switched = [now != before for before, now in zip(in_force[1:-2:2], in_force[2::2], strict=True)]
    assert switched.count(True) >= 2  # some were struck after the switch, most before it
    assert switched.count(False) >= 15
    recovered(settings)


def test_a_kill_at_any_time_leaves_a_whole_release_in_force(killed):
    settings, seen = killed["times"]
    assert seen[0][0] == 0
    assert {status for status, _, _ in seen} <= {0, -signal.SIGKILL}
    assert {whole for _, _, whole in seen} == {"True"}
    in_force = [found for _, found, _ in seen]
    assert in_force == sorted(in_force)
    recovered(settings)


def test_the_lock_of_a_dead_run_holds_nobody_up(tmp_path):
    wait = "import sys; from pathlib import Path; from dagster_project import lock\n"
    wait += "with lock.held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", wait, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(lock.Busy, match=rf"process {other.pid}, since "), lock.held(tmp_path):
            pass
        other.kill()
        other.wait()
    assert (tmp_path / lock.FILE).read_text().startswith(f"process {other.pid}, ")
    with lock.held(tmp_path):
        pass
