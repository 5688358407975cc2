"""What was restated since the release before: of public figures alone."""

from collections.abc import Mapping

import duckdb

from dagster_project.site.facts import Facts

#: Doubles may be added in another order; nearer than this, relative to the larger, they are the same figure.
_RELATIVE = 1e-9

_COUNTS = f"""
    select now.measure_id, count(*)
    from now.outcomes.core_outcome as now
    inner join was.outcomes.core_outcome as was using (measure_id, lane, area_code, period)
    where
        coalesce(now.status, '') <> coalesce(was.status, '')
        or (now.value is null) <> (was.value is null)
        or abs(now.value - was.value) > {_RELATIVE} * greatest(abs(now.value), abs(was.value))
    group by all
"""


def counts(facts: Facts) -> Mapping[str, int] | None:
    """How many figures of each measure differ; None where no release before can be read."""
    if facts.before is None or not facts.before.is_file():
        return None
    try:
        with duckdb.connect(":memory:") as connection:
            for name, file in (("now", facts.public), ("was", facts.before)):
                connection.execute(
                    f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as {name} (read_only)"
                )
            return dict(connection.execute(_COUNTS).fetchall())
    except duckdb.Error:
        return None
