"""A publication killed at any moment leaves a whole release in force, and the next one recovers by itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import kills
from dagster_project import lock
from dagster_project.release import current, damaged, publish
from dagster_project.settings import Settings
from tests.toy_warehouse import workspace

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
ROOT = Path(__file__).parents[2]

# What takes long to import is imported once, before the forks: each of them is a publication of its own, with
# its own DuckDB, that is killed at its time, while the first process reads. One line per fork: how it ended,
# the release in force after it, and whether every release read meanwhile was whole.
DRIVER = """
import os, signal, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import great_expectations  # noqa: F401

import dagster_project.release.disclosure  # noqa: F401
from dagster_project.release import current, damaged, publish
from dagster_project.settings import Settings

settings = Settings(home=Path(sys.argv[1]), keep_releases=2, site=False)
day = datetime(2026, 1, 1, tzinfo=UTC)


def deadly(call, calls_left, every):
    calls = 0

    def struck(*args, **kwargs):
        nonlocal calls
        calls += 1
        calls_left[0] -= calls % every == 0
        if calls_left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)

    return struck


def forked(number, arm=lambda: None):
    child = os.fork()
    if child == 0:
        try:
            arm()
            publish(
                settings,
                inputs="0123456789abcdef",
                now=day + timedelta(days=number),
                suites=settings.home / "suites",
            )
        except BaseException as fault:
            print(type(fault).__name__, fault, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def ended(child):
    whole, done = True, 0
    while not done:
        time.sleep(0.01)
        done, status = os.waitpid(child, os.WNOHANG)
        found = current(settings)
        whole = whole and (found is None or damaged(found) == [])
    release_id = found.release_id if found else "-"
    print(os.waitstatus_to_exitcode(status), release_id, whole, flush=True)
    return status


number, step, status = 0, 0, None
while status != 0:  # as long as there is a call left to be struck at
    step, number = step + 1, number + 2

    def arm(step=step):
        calls_left = [step]
        # one file after another is settled, or removed: every fourth stands for its neighbours
        calls = {"mkdir": 1, "replace": 1, "rename": 1, "rmdir": 1, "fsync": 4, "unlink": 4}
        for name, every in calls.items():
            setattr(os, name, deadly(getattr(os, name), calls_left, every))

    status = ended(forked(number, arm))
    ended(forked(number + 1))  # the next one, with nothing done by hand in between
"""


@pytest.fixture(scope="module")
def struck(tmp_path_factory):
    """A workspace, and of each publication in it: how it ended, what was in force then, what readers saw."""
    settings = workspace(tmp_path_factory.mktemp("struck"))
    command = [sys.executable, "-c", DRIVER, str(settings.home)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert (ran.returncode, ran.stderr) == (0, "")
    ends = [line.split() for line in ran.stdout.splitlines()]
    return settings, [(int(status), found, whole) for status, found, whole in ends]


def recovered(settings: Settings) -> None:
    """The next publication goes through, and nothing of the dead ones is left."""
    made = publish(
        settings,
        inputs="0123456789abcdef",
        suites=settings.home / "suites",
    )
    assert current(settings) == made
    assert damaged(made) == []
    releases = {path.name for path in settings.releases.iterdir()} - {".lock", "current.json"}
    assert len(releases) <= settings.keep_releases
    assert not [name for name in releases if name.startswith(".")]


def test_a_kill_at_any_call_leaves_a_whole_release_in_force(struck):
    settings, seen = struck
    assert {whole for _, _, whole in seen} == {"True"}
    in_force = [found for _, found, _ in seen]
    assert in_force[0] == "-"  # killed before the first release: none
    assert in_force == sorted(in_force)  # never back

    ends = [status for status, _, _ in seen]
    hit, next_ones = ends[::2], ends[1::2]
    assert hit.count(-signal.SIGKILL) == len(hit) - 1 >= 25  # the last outlived its calls
    assert set(next_ones) == {0}

    switched = [now != before for before, now in zip(in_force[1:-2:2], in_force[2::2], strict=True)]
    assert switched.count(True) >= 2  # some were struck after the switch, most before it
    assert switched.count(False) >= 15
    recovered(settings)


def test_of_200_kills_at_random_moments_no_reader_sees_a_mixed_or_lost_release(tmp_path):
    tally = kills.publications(tmp_path, 200)
    assert (tally.killed, tally.failed, tally.is_recovered) == (200, 0, True)
    assert tally.reads.reads > 200
    assert (tally.reads.mixed, tally.reads.lost) == (0, 0)


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
