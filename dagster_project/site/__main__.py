"""``python -m dagster_project.site INTO PUBLIC SNAPSHOT [BEFORE]``: writes a site, as ``writing.write`` does.

In a process of its own, since drawing is Python's and a thread would wait for that of the release's workbook.
A line on standard input says that the databases are whole, its end that all files are. It takes four seconds
to get ready, in which they are still written. A fault is a line on standard error.
"""

import sys
from pathlib import Path

import duckdb

from dagster_project import disk
from dagster_project.site import writing


def main(into: Path, public: Path, snapshot: Path, before: Path | None = None) -> str | None:
    """Writes the site; what went wrong, if anything did."""
    try:
        writing.write(into, public, snapshot, before, begin=_begin, wait=sys.stdin.read)
    except OSError as fault:
        return disk.reason(fault)
    except duckdb.Error as fault:  # its message may hold a value
        return f"a database of the release cannot be read ({type(fault).__name__})"
    return None


def _begin() -> None:
    if not sys.stdin.readline():
        sys.exit()  # whoever asked for it gave up


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
