"""``python -m dagster_project.site PART INTO PUBLIC SNAPSHOT [BEFORE]``: writes a part of it, such as 1/2.

In a process of its own, since drawing is Python's and a thread would wait for that of the release's workbook.
A line on standard input says that the databases are whole, its end that all files are. It takes four seconds
to get ready, in which they are still written. A fault is a line on standard error.
"""

import sys
from pathlib import Path

import duckdb

from dagster_project import disk
from dagster_project.site import writing


def main(share: str, into: str, public: str, snapshot: str, before: str | None = None) -> str | None:
    """Writes it; what went wrong, if anything did."""
    part, parts = map(int, share.split("/"))
    try:
        writing.write(
            Path(into),
            Path(public),
            Path(snapshot),
            Path(before) if before else None,
            begin=_begin,
            wait=sys.stdin.read,
            part=part - 1,
            parts=parts,
        )
    except OSError as fault:
        return disk.reason(fault)
    except duckdb.Error as fault:  # its message may hold a value
        return f"a database of the release cannot be read ({type(fault).__name__})"
    return None


def _begin() -> None:
    if not sys.stdin.readline():
        sys.exit()  # whoever asked for it gave up


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
