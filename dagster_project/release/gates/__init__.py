"""The gates: is what is about to be released plausible as a whole?

One Great Expectations suite per released table, in ``expectations/suites/<table>.json``. Beside it
``<table>.sql`` makes a small profile of the table inside DuckDB, counts and shares by authority, year or
measure, and the suite judges the profile: no table of children's records is ever loaded. A bound that follows
the data (the years so far, the release before) is worked out in the profile, so a suite holds plain numbers.
Keys, types and nulls are dbt's. ``docs/gates.md`` tells how to read them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from dagster_project.release.errors import ReleaseError
from dagster_project.release.gates.judging import judged
from dagster_project.release.gates.letting import Accepted, let_through
from dagster_project.release.gates.page import write_page
from dagster_project.release.gates.profile import beside, profiled
from dagster_project.release.gates.result import Judgement, Result
from dagster_project.release.gates.suite import Suite, read
from dagster_project.release.warehouse import Warehouse
from dagster_project.settings import SUITES

__all__ = [
    "Accepted",
    "Judgement",
    "Result",
    "Suite",
    "judge",
    "judged",
    "judging",
    "let_through",
    "read",
    "write_page",
]


@contextmanager
def judging(
    warehouse: Warehouse, folder: Path = SUITES, *, before: Path | None = None, today: date | None = None
) -> Iterator[Callable[[], Judgement]]:
    """What judges the warehouse by every suite of a folder, once, in any thread.

    Within the block nothing but queries is asked of DuckDB: databases that one thread attaches or lets go
    while another is in the middle of a transaction make that one fail.

    Args:
        warehouse: What is to be released.
        folder: The suites and their profiles.
        before: The database of the release in force; without one nothing is judged against it.
        today: The day of the release, in UTC; the clock's if not given.

    Raises:
        ReleaseError: there are no suites, or one cannot be read or guards no table.
    """
    suites = [read(file) for file in sorted(folder.glob("*.json"))]
    if not suites:
        raise ReleaseError(f"there are no expectations in {folder}: nothing would be judged")
    today, aside = today or datetime.now(UTC).date(), warehouse.again()
    with beside(aside, before, today) as is_compared:

        def judgement() -> Judgement:
            results = [each for suite in suites for each in judged(profiled(aside, suite), suite)]
            return Judgement(suites, _grave_first(results), today, is_compared)

        yield judgement


def judge(
    warehouse: Warehouse, folder: Path = SUITES, *, before: Path | None = None, today: date | None = None
) -> Judgement:
    """The judgement itself; the same as ``judging``."""
    with judging(warehouse, folder, before=before, today=today) as judgement:
        return judgement()


def _grave_first(results: Sequence[Result]) -> list[Result]:
    return sorted(results, key=lambda result: (result.what == "held", result.severity))
