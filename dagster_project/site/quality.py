"""What became of an authority's returns: counts alone, and small ones masked."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from dagster_project.dictionary import collection


class Received(NamedTuple):
    """A return in use for one period, and what the rules found in it: of rules, and of records."""

    la_code: str
    return_id: str
    period_end: date
    received_at: datetime
    n_violations: int
    n_passed: int
    n_failed: int
    n_not_run: int
    n_failures: int

    @property
    def title(self) -> str:
        """The name of the return."""
        return collection(self.return_id).title


_RECEIVED = """
    with sent as (
        select
            la_code, return_id, period_end, max(received_at) as received_at,
            sum(n_violations)::bigint as n_violations
        from quality.submission
        where state = 'current'
        group by all
    ),

    ruled as (
        select
            return_id, la_code, period_end,
            count(*) filter (state = 'passed') as n_passed,
            count(*) filter (state = 'failed') as n_failed,
            count(*) filter (state = 'could_not_run') as n_not_run,
            sum(n_failures)::bigint as n_failures
        from quality.rule_result
        where is_current
        group by all
    )

    select
        la_code, return_id, period_end, received_at, n_violations,
        coalesce(n_passed, 0), coalesce(n_failed, 0), coalesce(n_not_run, 0), coalesce(n_failures, 0)
    from sent
    left join ruled using (return_id, la_code, period_end)
    order by la_code, return_id, period_end desc
"""


def received(snapshot: Path) -> Mapping[str, list[Received]]:
    """The returns in use, by authority."""
    found: dict[str, list[Received]] = defaultdict(list)
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        for row in connection.execute(_RECEIVED).fetchall():
            found[row[0]].append(Received(*row))
    return found
