"""What it costs to run by itself: ``python -m benchmarks.service FOLDER``.

Makes the demonstration in FOLDER if it is not there, and then measures: a look at ``incoming/`` while nothing
comes; ``ncd run`` and the same through Dagster, with nothing new and after one authority sent a census again.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from dagster_project import service, synthetic
from dagster_project.settings import ROOT, Settings

LA = "991"
FILES = (170, 1_800)
#: What a worker of the service does, in a process of its own as there.
JOB = """
import dagster as dg
from dagster_project.definitions import definitions
with dg.DagsterInstance.from_config({home!r}) as instance:
    ran = definitions().resolve_job_def("run").execute_in_process(instance=instance)
    print(instance.get_run_by_id(ran.run_id).tags["ncd/ended"])
"""


def cpu() -> float:
    """CPU seconds of this process and its ended children."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def called(home: Path, *command: str) -> tuple[float, float, str]:
    """CPU and wall seconds of a program in a workspace, and the last line it printed."""
    began, spent = time.perf_counter(), cpu()
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "NCD_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = [line for line in ran.stdout.splitlines() if line]
    return cpu() - spent, time.perf_counter() - began, lines[-1].split(":")[0]


def looks(folder: Path) -> None:
    """What a look costs while nothing comes."""
    for count in FILES:
        here = Settings(folder / f"looks-{count}")
        here.incoming.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (here.incoming / f"{number}.xml").write_text("<Message/>")
        seen = service.look(here, service.look(here, service.Seen()).seen).seen
        spent = cpu()
        for _ in range(20):
            found = service.look(here, seen)
        each = (cpu() - spent) / 20 * 1000
        print(f"a look at {count:,} files ({found.reason}): {each:.1f} ms CPU")


def runs(home: Path) -> None:
    """What a run costs, by the command and through Dagster."""
    if not (home / "release" / "current.json").is_file():
        called(home, "-m", "dagster_project.cli", "demo")
    storage = service.prepared(Settings(home))["DAGSTER_HOME"]
    ways = {"ncd run": ["-m", "dagster_project.cli", "run"], "Dagster": ["-c", JOB.format(home=storage)]}
    seed = int(time.time())
    for way, command in ways.items():  # what either does for the first time is no part of the figure
        called(home, *command)
        spent, took, said = called(home, *command)
        print(f"{way}, nothing new: {spent:.1f} s CPU, {took:.1f} s ({said})")
    for turn, (way, command) in enumerate(ways.items()):
        again = home / "incoming" / "again" / str(seed + turn)
        synthetic.write_cin(again, (2025,), children=4000, seed=seed + turn, authorities=[LA])
        spent, took, said = called(home, *command)
        print(f"{way}, one authority's census sent again: {spent:.1f} s CPU, {took:.1f} s ({said})")


def main() -> None:
    """Prints what each costs."""
    folder = Path(sys.argv[1]).resolve()
    looks(folder)
    runs(folder / "workspace")


if __name__ == "__main__":
    main()
