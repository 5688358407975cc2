"""What differs between two releases: figures of ``outcomes.core_outcome``, cell by cell, and what arrived."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import duckdb

from dagster_project.release.errors import ReleaseError
from dagster_project.release.inputs import Submission, submissions
from dagster_project.release.manifest import Release
from dagster_project.release.snapshot import DATABASE
from dagster_project.release.warehouse import SPILL, in_memory, literal
from dagster_project.statistics.restatement import DIFFERS, KIND


class Change(NamedTuple):
    """One figure that is not the same in both releases.

    ``change`` is ``restated``, ``new`` or ``vanished``. ``before`` and ``after`` are the figure, or the
    symbol that stands for it; None where the release has no such cell.
    """

    change: str
    measure_id: str
    area_code: str
    area_name: str
    period: int
    lane: str
    before: str | None
    after: str | None


class Difference(NamedTuple):
    """All that differs: figures, restated ones first, and the submissions that came into use or went out."""

    changes: list[Change]
    came: list[Submission]
    went: list[Submission]

    @property
    def counts(self) -> dict[str, int]:
        """How many figures are restated, new and vanished."""
        found = Counter(change.change for change in self.changes)
        return {kind: found[kind] for kind in ("restated", "new", "vanished")}


def difference(before: Release, after: Release) -> Difference:
    """What differs in ``after`` from ``before``.

    Raises:
        ReleaseError: the database of one of them is withheld, missing or damaged, or of another make.
    """
    if before.path == after.path:  # DuckDB opens no file twice
        return Difference([], [], [])
    with _both(before, after) as connection:
        try:
            changes = [Change(*row) for row in connection.execute(_CHANGES).fetchall()]
            was = {each.submission_id: each for each in submissions(connection, "was")}
            now = {each.submission_id: each for each in submissions(connection, "now")}
        except duckdb.Error as fault:  # its message may hold a value
            names = f"{before.release_id} and {after.release_id}"
            raise ReleaseError(f"{names} cannot be compared ({type(fault).__name__})") from None
    came = [each for submission_id, each in now.items() if submission_id not in was]
    went = [each for submission_id, each in was.items() if submission_id not in now]
    return Difference(changes, came, went)


#: A figure as text: the number, or else its symbol; what has neither is not available.
_FIGURE = "coalesce({0}.value::varchar, {0}.status, 'x')"

_CHANGES = f"""
    select
        {KIND} as change,
        coalesce(now.measure_id, was.measure_id) as measure_id,
        coalesce(now.area_code, was.area_code) as area_code,
        coalesce(now.area_name, was.area_name) as area_name,
        coalesce(now.period, was.period) as period,
        coalesce(now.lane, was.lane) as lane,
        case when was.measure_id is not null then {_FIGURE.format("was")} end as before,
        case when now.measure_id is not null then {_FIGURE.format("now")} end as after
    from was.outcomes.core_outcome as was
    full join now.outcomes.core_outcome as now
        on
            was.measure_id = now.measure_id
            and was.lane = now.lane
            and was.area_code = now.area_code
            and was.period = now.period
    where {DIFFERS}
    order by
        array_position(['restated', 'new', 'vanished'], change),
        measure_id,
        lane,
        area_code,
        period
"""


@contextmanager
def _both(before: Release, after: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    with in_memory(after.path.parent / SPILL) as connection:
        for name, release in (("was", before), ("now", after)):
            file = release.path / DATABASE
            if release.is_withheld:
                said = "is withheld since an erasure: only what is public of it is left"
                raise ReleaseError(f"release {release.release_id} {said}; compare with another release")
            try:
                connection.execute(f"attach {literal(str(file))} as {name} (read_only)")
            except duckdb.Error:
                raise ReleaseError(f"{file} is missing or damaged; compare with another release") from None
        yield connection
