"""What a national build costs: ``python -m benchmarks.national FOLDER [--scale 0.25 --scale 1]``.

A made-up England (``synthetic_england``) is written to FOLDER once for each scale, and used again. The build
is a process of its own: wall seconds, processor seconds of all threads, and the peak memory the system saw.
Then each core and outcomes model is made once more, alone, into an empty database beside the finished
warehouse, and held against one pass over every column of its largest input: every value read and hashed,
once as it is read from the Parquet and once as the staging model types it. Last, one authority is built
anew, as after a new submission.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import synthetic_england
from dagster_project import warehouse
from dagster_project.settings import ROOT, Settings

LAYERS = ("core", "outcomes")
TOUCHED = "302"
MOST_PASSES = 6.0
MOST_GROWTH = 6.5
_SLOWEST = 12
#: Below so many processor seconds, what a statement costs besides its rows is most of it.
_WORTH = 1.0


@dataclass(frozen=True)
class Build:
    """What a build costs: wall and processor seconds, peak memory in MiB, what dbt spent its seconds on."""

    wall: float
    cpu: float
    peak: float
    seconds: dict[str, float]
    slowest_tests: list[tuple[float, str]]


@dataclass(frozen=True)
class Model:
    """Processor seconds of a model and of one pass over its largest input, typed and as it lies in a file."""

    layer: str
    name: str
    rows: int
    cpu: float
    largest_input: str
    pass_cpu: float
    raw_pass_cpu: float

    @property
    def passes(self) -> float:
        """What the model costs, in passes over its largest input."""
        return self.cpu / self.pass_cpu

    @property
    def is_too_dear(self) -> bool:
        """Whether it is a core model, worth a second, that costs more passes than allowed."""
        return self.layer == "core" and self.cpu >= _WORTH and self.passes > MOST_PASSES


def main() -> None:
    """Print the tables of each scale asked for, and what growing from the first to the last costs."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("folder", type=Path, help="where the made-up workspaces are kept")
    asked.add_argument("--scale", type=float, action="append", help="1 is England; may be repeated")
    asked.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.build:
        warehouse.build(Settings(home=given.folder))
        return
    found = {scale: measured(given.folder.resolve(), scale) for scale in given.scale or [0.25, 1.0]}
    if len(found) > 1:
        show_growth(found)


def measured(folder: Path, scale: float) -> tuple[Build, list[Model]]:
    """Build England at ``scale``, measure its models, and build one authority anew; prints all of it."""
    settings = Settings(home=workspace(folder, scale))
    settings.warehouse.unlink(missing_ok=True)
    build = built(settings)
    print(f"\nEngland at scale {scale:g}", flush=True)
    show_build(build)
    models = list(shown(measured_models(settings)))
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update raw.built set state = 'another' where la_code = ?", [TOUCHED])
    print(f"\nOne authority of England at scale {scale:g} sent anew", flush=True)
    show_build(built(settings))
    anew = {each.name: each.cpu for each in measured_models(settings)}
    by_authority = [each for each in models if each.name in incremental_models(settings)]
    whole, part = sum(each.cpu for each in by_authority), sum(anew[each.name] for each in by_authority)
    print(f"  SQL that depends on it: {part:.2f} s CPU of {whole:.1f}, 1/{whole / part:.0f}")
    return build, models


def incremental_models(settings: Settings) -> set[str]:
    """The models of which a new submission rebuilds one authority's part."""
    nodes = _results(settings, "manifest")["nodes"].values()
    return {each["name"] for each in nodes if each["config"].get("materialized") == "incremental"}


def workspace(folder: Path, scale: float) -> Path:
    """The workspace that holds England at ``scale``, written if it is not there yet."""
    home = folder / f"england-{scale:g}"
    if not home.exists():
        draft = home.with_suffix(".part")
        began = time.perf_counter()
        written = synthetic_england.write(draft / "raw", scale)
        print(f"written in {time.perf_counter() - began:.0f} s:")
        for table, rows in written.items():
            if rows:
                print(f"  {table:32}{rows:12,}")
        draft.rename(home)
    return home


# -- the build


def built(settings: Settings) -> Build:
    """Build in a process of its own what is not built yet."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.national", settings.home, "--build"], cwd=ROOT
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if status:
        raise RuntimeError("the build failed")
    results = _results(settings, "run_results")["results"]
    seconds: dict[str, float] = defaultdict(float)
    tests = []
    for each in results:
        kind = each["unique_id"].split(".")[0]
        seconds[kind] += each["execution_time"]
        if kind == "test":
            tests.append((each["execution_time"], each["unique_id"].split(".")[2]))
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    peak, cpu = used.ru_maxrss / unit, used.ru_utime + used.ru_stime
    return Build(wall, cpu, peak, dict(seconds), sorted(tests, reverse=True)[:_SLOWEST])


def _results(settings: Settings, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((settings.compiled / f"{name}.json").read_text(encoding="utf-8"))
    return found


# -- each model


def measured_models(settings: Settings) -> Iterator[Model]:
    """Each core and outcomes model in the order it was built, made anew from the finished warehouse."""
    nodes = {**_results(settings, "manifest")["nodes"], **_results(settings, "manifest")["sources"]}
    compiled = {
        each["unique_id"]: each["compiled_code"]
        for each in _results(settings, "run_results")["results"]
        if each["unique_id"].startswith("model.")
    }
    scratch = settings.home / "scratch.duckdb"
    scratch.unlink(missing_ok=True)
    passes: dict[str, tuple[int, float]] = {}
    config = {**warehouse.OFFLINE, "threads": 2}
    with duckdb.connect(str(scratch), config=config) as connection:
        connection.execute(f"attach '{settings.warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")

        def passed(relation: str) -> tuple[int, float]:
            if relation not in passes:
                # every value of every column has to be read for it, and nothing is sorted or kept
                columns = "select count(*), bit_xor(hash(columns(*)))"
                passes[relation] = _counted(connection, f"{columns} from {relation}")
            return passes[relation]

        for unique_id, sql in compiled.items():
            node = nodes[unique_id]
            if node["schema"] not in LAYERS:
                continue
            if node["language"] != "sql":
                continue
            inputs = {name: passed(name) for name in _inputs(node, nodes)}
            raw = {name: passed(name) for name in _behind(node, nodes)}
            largest = max(inputs, key=lambda each: inputs[each])
            made = f"create or replace table scratch.main.model as {sql}"
            _, cpu = _counted(connection, f"{made}; checkpoint scratch")
            rows, _ = _counted(connection, "select count(*) from scratch.main.model")
            short = largest.replace('"warehouse".', "").replace('"', "")
            yield Model(
                node["schema"], node["name"], rows, cpu, short, inputs[largest][1], max(raw.values())[1]
            )
    scratch.unlink()


def _inputs(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> set[str]:
    """The relations that a model reads."""
    return {nodes[unique_id]["relation_name"] for unique_id in node["depends_on"]["nodes"]}


def _behind(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> set[str]:
    """The tables and raw files that a model reads, through whatever views stand in between."""
    found = set()
    for unique_id in node["depends_on"]["nodes"]:
        each = nodes[unique_id]
        is_view = each.get("config", {}).get("materialized") == "view"
        found |= _behind(each, nodes) if is_view else {each["relation_name"]}
    return found


def _counted(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, float]:
    """The first value that ``sql`` gives, if it gives one, and the processor seconds it took."""
    before = time.process_time()
    row = connection.execute(sql).fetchone()
    return int(row[0] or 0) if row else 0, time.process_time() - before


# -- what is printed


def show_build(build: Build) -> None:
    """Print what the build cost, and on what."""
    print(f"  build: {build.wall:.0f} s wall, {build.cpu:.0f} s CPU, peak {build.peak:,.0f} MiB")
    print("  dbt's own seconds, two threads side by side:")
    for kind, seconds in build.seconds.items():
        print(f"    {kind:12}{seconds:9.1f} s")
    print("  slowest data tests:")
    for seconds, name in build.slowest_tests:
        print(f"    {seconds:9.1f} s  {name}")


def shown(models: Iterable[Model]) -> Iterator[Model]:
    """The models, each printed on a line as it is measured; marked are those that cost too many passes."""
    print(f"  {'model':36}{'rows':>12}{'CPU s':>9}{'pass':>7}{'passes':>8}{'raw pass':>10}  largest input")
    for each in models:
        mark = "*" if each.is_too_dear else " "
        line = f"  {each.name:36}{each.rows:12,}{each.cpu:9.2f}{each.pass_cpu:7.2f}{each.passes:7.1f}{mark}"
        print(f"{line}{each.raw_pass_cpu:10.2f}  {each.largest_input}", flush=True)
        yield each
    print(f"  * a core model of more than {MOST_PASSES:g} passes and {_WORTH:g} s")


def show_growth(found: dict[float, tuple[Build, list[Model]]]) -> None:
    """Print how the cost of the build and of each core model grew from the smallest scale to the largest."""
    small, large = min(found), max(found)
    print(
        f"\nFrom scale {small:g} to {large:g}, {large / small:g} times the rows; of 4 at most {MOST_GROWTH:g}"
    )
    for name in ("wall", "cpu", "peak"):
        before, after = (getattr(found[scale][0], name) for scale in (small, large))
        print(f"  {name:36}{before:9.1f}{after:9.1f}{after / before:7.1f}")
    before_of = {model.name: model.cpu for model in found[small][1]}
    for each in found[large][1]:
        if each.layer == "core" and each.cpu >= _WORTH:
            ratio = each.cpu / before_of[each.name]
            print(f"  {each.name:36}{before_of[each.name]:9.2f}{each.cpu:9.2f}{ratio:7.1f}")


if __name__ == "__main__":
    main()
