"""What checking a return costs: ``python -m benchmarks.rules``.

Made-up returns of three sizes are read, held against their contract and against every rule, each in a process
of its own, as ``ncd validate`` does it. Prints processor seconds, also per thousand children, and the most
memory held.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dagster_project import synthetic

LA = "991"
#: Return, children in it, children to make (not all of them are in each return), with the year before.
SIZES = (("cin", 4_000, 14_000, False), ("cin", 40_000, 140_000, False), ("ssda903", 10_000, 170_000, True))
YEAR = 2025


def measured(paths: list[str], previous: list[str]) -> None:
    """Check one return in this process and print children, rows, rules, failures, seconds, megabytes."""
    begun = time.process_time()
    from dagster_project import validation
    from dagster_project.returns import Told

    checked = validation.checked(
        [Path(path) for path in paths], Told(LA, YEAR), [Path(path) for path in previous]
    )
    seconds = time.process_time() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = checked.row_counts["child" if checked.return_id == "cin" else "header"]
    failures = sum(len(result.places) for result in checked.results)
    ran = sum(result.state in ("passed", "failed") for result in checked.results)
    rows = sum(checked.row_counts.values())
    print(f"{checked.return_id:8}{children:9,}{rows:10,}{ran:6}{failures:9,}", end="")
    print(f"{seconds:8.1f}{seconds * 1000 / children:8.2f}{most:8,.0f}", flush=True)


def main() -> None:
    """Make the returns, check each, print."""
    print(
        f"{'return':8}{'children':>9}{'rows':>10}{'rules':>6}{'failures':>9}{'CPU s':>8}{'per k':>8}{'MB':>8}"
    )
    for kind, _, made, with_previous in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            years = (YEAR - 1, YEAR) if with_previous else (YEAR,)
            synthetic.write_all(Path(folder), years, made, 1, 2016, [LA], [kind])
            where = Path(folder) / kind
            now = [str(path) for path in where.rglob(f"*{YEAR}.xml" if kind == "cin" else f"{YEAR - 1}-25")]
            before = [str(path) for path in where.rglob(f"{YEAR - 2}-24")] if with_previous else []
            subprocess.run(
                [sys.executable, "-m", "benchmarks.rules", "--now", *now, "--before", *before], check=True
            )


if __name__ == "__main__":
    if "--now" in sys.argv:
        cut = sys.argv.index("--before")
        measured(sys.argv[2:cut], sys.argv[cut + 1 :])
    else:
        main()
