"""``python -m dagster_project.site RELEASE [BEFORE]``: the site of a release, beside its other outputs.

In a process of its own, since drawing is Python's and a thread would wait for the workbook's. The end of what
it is told on standard input says that the others are whole. A fault is one line on standard error.
"""

import sys
from pathlib import Path

import duckdb

from dagster_project import disk
from dagster_project.release import outputs, snapshot
from dagster_project.site import FOLDER, writing


def main(release: Path, before: Path | None) -> str | None:
    """Writes the site into the folder of a release; what went wrong, if anything did."""
    try:
        writing.write(
            release / FOLDER,
            public=release / outputs.DATABASE,
            snapshot=release / snapshot.DATABASE,
            before=before / outputs.DATABASE if before else None,
            wait=sys.stdin.read,
        )
    except OSError as fault:
        return disk.reason(fault)
    except duckdb.Error as fault:  # its message may hold a value
        return f"a database of the release could not be read ({type(fault).__name__})"
    return None


if __name__ == "__main__":
    folders = [Path(each) for each in sys.argv[1:]]
    sys.exit(main(folders[0], folders[1] if len(folders) > 1 else None))
