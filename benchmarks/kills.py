"""Kills at random moments while others read: ``python -m benchmarks.kills [KILLS] [--run] [--readers N]``.

Publications of a toy warehouse are killed, 1,000 unless told otherwise; with ``--run`` whole runs of
``ncd run``, each with a file to take in. One follows the other in the same workspace and nothing is put right
by hand. Meanwhile readers take the release in force over and over, hash every file of it and open its
database. A read is *mixed* where a file is not the one the manifest names, or the database is of another
release; it is *lost* where there is no release any more, or an older one than was read before.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import duckdb

from dagster_project import synthetic
from dagster_project.release import Release, current, damaged, publish
from dagster_project.settings import ROOT, Settings

_STOP = "stop-reading"
#: A reader whose release is taken away between the pointer and the file turns to the pointer again.
_TURNS = 5


#: Begins the work and kills it after so many seconds, if told any; gives its exit status.
Attempt = Callable[[float | None], int]


@dataclass
class Reads:
    """What readers saw: how often they read, turned to the pointer again, and saw what must not be."""

    reads: int = 0
    turned_again: int = 0
    mixed: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Tally:
    """How ``kills`` ended: how many died, got through, or failed, and what was read meanwhile."""

    killed: int
    got_through: int
    failed: int
    switched_though_killed: int
    is_recovered: bool
    seconds: float
    reads: Reads


def publications(home: Path, kills: int, readers: int = 2, seed: int = 2013) -> Tally:
    """Publishes the toy warehouse under ``home`` until ``kills`` publications have been killed."""
    from tests.toy_warehouse import workspace

    settings = workspace(home)
    command = [sys.executable, "-m", "benchmarks.kills", "--forks", str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as forks:
        assert forks.stdin is not None and forks.stdout is not None

        def attempt(after: float | None) -> int:
            print(after if after is not None else "", file=forks.stdin, flush=True)
            return int(forks.stdout.readline())

        tally = _killed(settings, attempt, kills, readers, seed)
        forks.stdin.close()
    return tally


def runs(home: Path, kills: int, readers: int = 2, seed: int = 2013) -> Tally:
    """Lets ``ncd run`` take in, build and release under ``home`` until ``kills`` runs have been killed."""
    settings = Settings(home=home)
    number = 0

    def attempt(after: float | None) -> int:
        nonlocal number
        number += 1
        # a resubmission each time: there is always something to take in, to build and to release
        synthetic.write_cin(settings.incoming / str(number), (2024,), 20, ["991"], seed=number)
        command = [sys.executable, "-m", "dagster_project.cli", "run"]
        environment = {**os.environ, "NCD_HOME": str(home)}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            return process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    return _killed(settings, attempt, kills, readers, seed)


def _killed(settings: Settings, attempt: Attempt, kills: int, readers: int, seed: int) -> Tally:
    """Calls ``attempt`` with the seconds after which to kill, until so many have been; it gives statuses."""
    moment = random.Random(seed)
    assert attempt(None) == 0
    began = time.monotonic()
    assert attempt(None) == 0  # as those to come are: what is imported or made once is there
    longest = time.monotonic() - began
    release = _in_force(settings)
    processes = [_reader(settings.home) for _ in range(readers)]
    killed = through = failed = switched = 0
    began = time.monotonic()
    while killed < kills:
        status = attempt(moment.uniform(0, longest))
        before, release = release, _in_force(settings)
        if status == 0:
            through += 1
        elif status < 0:
            killed += 1
            switched += release.release_id != before.release_id
        else:
            failed += 1
    seconds = time.monotonic() - began
    (settings.home / _STOP).touch()
    seen = [Reads(**json.loads(process.communicate()[0])) for process in processes]
    recovered = attempt(None) == 0 and damaged(_in_force(settings)) == []
    sums = {each.name: sum(getattr(reads, each.name) for reads in seen) for each in fields(Reads)}
    return Tally(killed, through, failed, switched, recovered, seconds, Reads(**sums))


def _in_force(settings: Settings) -> Release:
    found = current(settings)
    assert found is not None
    return found


def _reader(home: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "benchmarks.kills", "--read", str(home)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def read(home: Path) -> Reads:
    """Reads the release in force over and over until told to stop."""
    settings, seen, newest = Settings(home=home), Reads(), ""
    while not (home / _STOP).exists():
        seen.reads += 1
        for _ in range(_TURNS):
            release = current(settings)
            if release is None or release.release_id < newest:
                seen.lost += 1
                break
            newest = release.release_id
            try:
                is_whole = not damaged(release) and _named_inside(release) == release.release_id
            except (OSError, duckdb.Error):
                is_whole = False
            if is_whole:
                break
            # it may have been taken away meanwhile: then it is no longer the one in force
            later = current(settings)
            if later is not None and later.release_id == release.release_id:
                seen.mixed += 1
                break
            seen.turned_again += 1
        else:
            seen.lost += 1
        time.sleep(0.05)
    return seen


def _named_inside(release: Release) -> str:
    with duckdb.connect(str(release.path / "core_dataset.duckdb"), read_only=True) as connection:
        [(release_id,)] = connection.execute("select release_id from meta.release").fetchall()
        return release_id


def fork(home: Path) -> None:
    """A publication in a fork of this process for each line read: the seconds after which it is killed.

    What takes longest to import is imported once, before the forks.
    """
    import great_expectations  # noqa: F401

    import dagster_project.release.disclosure  # noqa: F401

    settings = Settings(home=home, keep_releases=2, site=False)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                publish(
                    settings,
                    inputs="0123456789abcdef",
                    suites=home / "suites",
                )
            except BaseException as fault:
                print(type(fault).__name__, fault, file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        print(_ended(child, float(line) if line.strip() else None), flush=True)


def _ended(child: int, after: float | None) -> int:
    kill_at = time.monotonic() + after if after is not None else None
    done, status = 0, 0
    while not done:
        time.sleep(0.005)
        if kill_at is not None and time.monotonic() > kill_at:
            os.kill(child, 9)
            _, status = os.waitpid(child, 0)
            break
        done, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Prints what came of it, as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kills", nargs="?", type=int, default=1000)
    asked.add_argument("--run", action="store_true", help="kill whole runs instead of publications")
    asked.add_argument("--readers", type=int, default=2)
    asked.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--forks", type=Path, help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.forks:
        fork(told.forks)
    elif told.read:
        print(json.dumps(asdict(read(told.read))))
    else:
        with tempfile.TemporaryDirectory() as folder:
            killing = runs if told.run else publications
            print(json.dumps(asdict(killing(Path(folder), told.kills, told.readers)), indent=2))


if __name__ == "__main__":
    main()
