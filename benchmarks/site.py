"""What a site costs: ``python -m benchmarks.site RELEASE``, the folder of a release.

Writes its site into a folder of its own, removed after; prints seconds for each stage and what it weighs.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    """What ``work`` gives; prints how long it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    given = work()
    print(f"{what}: {time.perf_counter() - wall:.1f} s wall, {time.process_time() - cpu:.1f} s CPU")
    return given


def main(arguments: list[str]) -> int:
    """Measures one site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    release = parser.parse_args(arguments).release
    public, snapshot = release / "core_dataset_public.duckdb", release / "core_dataset.duckdb"

    timed("import", lambda: __import__("dagster_project.site.writing"))
    from dagster_project.site import charts, reading, writing

    facts = timed("reading alone", lambda: reading.read(public, snapshot))
    timed("the charts' script alone", charts.script)
    measure = facts.measures["M06"]
    chart = timed("one chart built, the first", lambda: next(charts.indices(facts, measure)))
    timed("the same drawn as SVG", lambda: chart.svg)
    with tempfile.TemporaryDirectory() as folder:
        timed("the whole site", lambda: writing.write(Path(folder) / "site", public, snapshot))
        files = [file for file in Path(folder).rglob("*") if file.is_file()]
        sizes: Counter[str] = Counter()
        for file in files:
            sizes[file.relative_to(folder).parts[1]] += file.stat().st_size
        print(f"{len(files)} files, {sum(sizes.values()) / 1e6:.1f} MB: ", end="")
        print(", ".join(f"{name} {size / 1e6:.1f}" for name, size in sizes.most_common(5)))
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
