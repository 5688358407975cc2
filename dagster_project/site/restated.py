"""What differs from the release before: of public figures alone."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import duckdb

from dagster_project.site.facts import Facts
from dagster_project.statistics.restatement import DIFFERS, KIND


class Change(NamedTuple):
    """One public figure that is not the same in both releases.

    ``kind`` is ``restated``, ``new`` or ``vanished``; of each release the figure and, where it has none, the
    symbol that stands for it.
    """

    kind: str
    measure_id: str
    lane: str
    area_code: str
    area_name: str
    period: int
    before: float | None
    before_status: str | None
    after: float | None
    after_status: str | None


_CHANGES = f"""
    select
        {KIND} as kind,
        measure_id, lane, area_code, coalesce(now.area_name, was.area_name), period,
        was.value, was.status, now.value, now.status
    from now.outcomes.core_outcome as now
    full join was.outcomes.core_outcome as was using (measure_id, lane, area_code, period)
    where {DIFFERS}
    order by array_position(['restated', 'vanished', 'new'], kind), measure_id, lane, area_code, period
"""


def changes(facts: Facts) -> tuple[Change, ...] | None:
    """Every public figure that differs, restated ones first; None where no release before can be read."""
    if facts.before is None or not facts.before.is_file():
        return None
    try:
        with duckdb.connect(":memory:") as connection:
            for name, file in (("now", facts.public), ("was", facts.before)):
                connection.execute(
                    f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as {name} (read_only)"
                )
            return tuple(Change(*row) for row in connection.execute(_CHANGES).fetchall())
    except duckdb.Error:
        return None


def counts(facts: Facts) -> Mapping[str, int] | None:
    """How many figures of each measure are restated; None where no release before can be read."""
    found = changes(facts)
    if found is None:
        return None
    return Counter(change.measure_id for change in found if change.kind == "restated")
