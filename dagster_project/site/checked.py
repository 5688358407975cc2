"""What was checked, over all authorities: counts of ``quality``, of which small ones are masked where told.

Of a child's record nothing is read here but that it is one.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb


class Arrival(NamedTuple):
    """The newest of what an authority sent of a return for a period, and how often it sent it again."""

    la_code: str
    return_id: str
    period_end: date
    received_at: datetime
    n_replaced: int


class Ran(NamedTuple):
    """How often the rules in force of a return passed, and so on: one for each rule, authority and period."""

    return_id: str
    n_passed: int
    n_failed: int
    n_not_applicable: int
    n_not_run: int


class Failures(NamedTuple):
    """What failed rules of one severity, in one year of a return. ``n_records`` are places that fail."""

    return_id: str
    severity: str
    collection_year: int
    n_rules: int
    n_records: int


class Failing(NamedTuple):
    """A rule that fails, by how many of the authorities it was run on."""

    return_id: str
    rule_code: str
    severity: str
    message: str
    n_authorities: int
    n_checked: int


class Violations(NamedTuple):
    """Values that are not as the return's specification has them, by what is wrong with them."""

    return_id: str
    check_name: str
    n_places: int
    n_authorities: int


class Reconciled(NamedTuple):
    """Figures worked out from returns, by how they stand to the published ones."""

    measure_id: str
    n_equal: int
    n_within: int
    n_differs: int
    n_cannot_compare: int


class Reprinted(NamedTuple):
    """A published figure that later publications print differently."""

    published_id: str
    name: str
    n_figures: int
    n_areas: int
    first: int
    last: int


class Checked(NamedTuple):
    """All of it. ``returns`` names each return; ``n_refused`` counts the files that could not be read."""

    returns: Mapping[str, str]
    n_refused: int
    arrivals: tuple[Arrival, ...]
    ran: tuple[Ran, ...]
    failures: tuple[Failures, ...]
    failing: tuple[Failing, ...]
    violations: tuple[Violations, ...]
    reconciled: tuple[Reconciled, ...]
    reprinted: tuple[Reprinted, ...]


def checked(snapshot: Path) -> Checked:
    """What the analysts' database says was checked.

    Raises:
        duckdb.Error: it cannot be read.
    """
    with duckdb.connect(str(snapshot), read_only=True) as connection:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        ((n_refused,),) = rows("select count(*) from quality.submission where state = 'refused'")
        return Checked(
            returns=dict(rows("select return_id, title from meta.collection")),
            n_refused=n_refused,
            arrivals=tuple(Arrival(*row) for row in rows(_ARRIVALS)),
            ran=tuple(Ran(*row) for row in rows(_RAN)),
            failures=tuple(Failures(*row) for row in rows(_FAILURES)),
            failing=tuple(Failing(*row) for row in rows(_FAILING)),
            violations=tuple(Violations(*row) for row in rows(_VIOLATIONS)),
            reconciled=tuple(Reconciled(*row) for row in rows(_RECONCILED)),
            reprinted=tuple(Reprinted(*row) for row in rows(_REPRINTED)),
        )


_ARRIVALS = """
    select
        la_code, return_id, period_end, max(received_at),
        count(*) filter (state = 'superseded')
    from quality.submission
    where state in ('current', 'superseded')
    group by all
    having count(*) filter (state = 'current') > 0
    order by la_code, return_id, period_end
"""

_RAN = """
    select
        return_id,
        count(*) filter (state = 'passed'),
        count(*) filter (state = 'failed'),
        count(*) filter (state = 'not_applicable'),
        count(*) filter (state = 'could_not_run')
    from quality.rule_result
    where is_current
    group by all
    order by return_id
"""

#: A rule may be amended: of its rows in ``quality.rule``, that of the year.
_RULED = """
    from quality.rule_result as result
    inner join quality.rule as rule
        on
            result.return_id = rule.return_id
            and result.rule_code = rule.rule_code
            and result.collection_year between rule.first_year and coalesce(rule.last_year, 9999)
    where result.is_current
"""

_FAILURES = f"""
    select
        result.return_id, rule.severity, result.collection_year,
        count(distinct result.rule_code) filter (result.state = 'failed'),
        sum(result.n_failures)::bigint
    {_RULED}
    group by all
    order by result.return_id, rule.severity, result.collection_year
"""

_FAILING = f"""
    select
        result.return_id, result.rule_code, rule.severity, rule.message,
        count(distinct result.la_code) filter (result.state = 'failed') as n_failed,
        count(distinct result.la_code) filter (result.state in ('passed', 'failed'))
    {_RULED}
    and result.collection_year = (
        select max(collection_year) from quality.rule_result as other
        where other.is_current and other.return_id = result.return_id
    )
    group by all
    having n_failed > 0
    order by n_failed desc, result.return_id, result.rule_code
"""

_VIOLATIONS = """
    select violation.return_id, check_name, count(*), count(distinct violation.la_code)
    from quality.violation as violation
    semi join (from quality.submission where state = 'current') as used using (submission_id)
    group by all
    order by violation.return_id, check_name
"""

_RECONCILED = """
    select
        measure_id,
        count(*) filter (verdict = 'equal'),
        count(*) filter (verdict = 'within_tolerance'),
        count(*) filter (verdict = 'differs'),
        count(*) filter (verdict = 'cannot_compare')
    from quality.reconciliation
    group by all
    order by measure_id
"""

_REPRINTED = """
    select
        published_id, any_value(coalesce(measure_name, published_id)), count(*), count(distinct area_code),
        min(period), max(period)
    from quality.restatement
    left join meta.measure on published_id = measure_id
    group by all
    order by count(*) desc, published_id
"""
