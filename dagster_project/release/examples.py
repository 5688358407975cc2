"""Views and macros that a DuckDB file of a release brings along, in its schema ``example``.

Each is a question analysts ask, written once and commented; what it needs that a file does not hold, is not
there either. They name tables without the file's own name, so that the file may be renamed.
"""

from collections.abc import Collection
from typing import NamedTuple

import duckdb

from dagster_project.release.warehouse import literal, quoted

SCHEMA = "example"

_OUTCOME, _COMPARISON, _MEASURE = (
    ("outcomes", "core_outcome"),
    ("outcomes", "core_comparison"),
    ("meta", "measure"),
)


class _Example(NamedTuple):
    kind: str  # view, or macro with its parameters
    name: str
    needs: tuple[tuple[str, str], ...]
    comment: str
    sql: str


_EXAMPLES = (
    _Example(
        "macro",
        "index_to(measure, base)",
        (_OUTCOME,),
        "A measure relative to any base period, base = 100: from example.index_to('M06', 2016). One row per"
        " area, period and lane; null where the area has no figure in the base period, or 0. Limits and the"
        " main bases are in outcomes.core_index.",
        """
        select
            figure.measure_id,
            figure.lane,
            figure.geographic_level,
            figure.area_code,
            figure.area_name,
            figure.period,
            figure.value,
            based.value as base_value,
            figure.value / nullif(based.value, 0) * 100 as index_value,
            figure.status,
            figure.comparability
        from outcomes.core_outcome as figure
        left join outcomes.core_outcome as based
            on
                figure.measure_id = based.measure_id
                and figure.lane = based.lane
                and figure.area_code = based.area_code
                and based.period = base
        where figure.measure_id = measure
        order by figure.lane, figure.area_code, figure.period
        """,
    ),
    _Example(
        "view",
        "beside_england",
        (_OUTCOME, _MEASURE),
        "Each figure with England's beside it, as published. One row per measure, area, period and lane.",
        """
        select
            figure.measure_id,
            measure.measure_name,
            figure.lane,
            figure.geographic_level,
            figure.area_code,
            figure.area_name,
            figure.period,
            figure.value,
            england.value as england_value,
            figure.value - england.value as difference,
            figure.unit,
            figure.status,
            figure.comparability
        from outcomes.core_outcome as figure
        inner join meta.measure as measure
            on figure.measure_id = measure.measure_id
        left join outcomes.core_outcome as england
            on
                figure.measure_id = england.measure_id
                and figure.period = england.period
                and england.geographic_level = 'National'
                and england.lane = 'published'
        where figure.geographic_level <> 'National'
        """,
    ),
    _Example(
        "view",
        "worth_a_question",
        (_COMPARISON, _MEASURE),
        "What moved by more than chance and the ordinary differences between authorities, in the newest"
        " period of each measure. One row per measure, area, lane and earlier period.",
        """
        select
            compared.measure_id,
            measure.measure_name,
            compared.lane,
            compared.area_code,
            compared.area_name,
            compared.from_period,
            compared.period,
            compared.verdict,
            compared.sentence
        from (
            -- before anything is left out: else a signal of years ago would pass for the newest
            select *, max(period) over (partition by measure_id, lane) as newest_period
            from outcomes.core_comparison
        ) as compared
        inner join meta.measure as measure
            on compared.measure_id = measure.measure_id
        where compared.verdict in ('signal', 'watch') and compared.period = compared.newest_period
        """,
    ),
)


def write(connection: duckdb.DuckDBPyConnection, catalog: str, held: Collection[tuple[str, str]]) -> None:
    """Writes the examples into an attached file, as far as its tables allow.

    Args:
        connection: Has the file attached; what it uses by default is left as it is.
        catalog: The name under which it is attached.
        held: Schema and name of each of its tables.
    """
    before = connection.execute("select current_catalog()").fetchone()
    assert before is not None
    connection.execute(f"use {catalog}")
    connection.execute(f"create schema {SCHEMA}")
    for example in _EXAMPLES:
        if set(example.needs) <= set(held):
            _create(connection, example)
    if {_OUTCOME, _MEASURE} <= set(held):
        _latest(connection)
    connection.execute(f"use {quoted(before[0])}")


def _create(connection: duckdb.DuckDBPyConnection, example: _Example) -> None:
    kind, told = ("macro", "macro table") if example.kind == "macro" else ("view", "view")
    body = "as table" if kind == "macro" else "as"
    connection.execute(f"create {kind} {SCHEMA}.{example.name} {body} {example.sql}")
    name = example.name.partition("(")[0]
    connection.execute(f"comment on {told} {SCHEMA}.{name} is {literal(example.comment)}")


def _latest(connection: duckdb.DuckDBPyConnection) -> None:
    """The core measures side by side, whichever there are: one column each."""
    measures = connection.execute(
        "select measure_id, measure_name from meta.measure where tier <> 'published' order by display_order"
    ).fetchall()
    columns = ", ".join(
        f"max(value) filter (where measure_id = {literal(measure)}) as {quoted(measure)}"
        for measure, _ in measures
    )
    if not measures:
        return
    connection.execute(
        f"""
        create view {SCHEMA}.latest_figures as
        with newest as (
            select figure.*
            from outcomes.core_outcome as figure
            qualify period = max(period) filter (where value is not null) over (partition by measure_id, lane)
        )
        select lane, geographic_level, area_code, area_name, {columns}
        from newest
        group by lane, geographic_level, area_code, area_name
        order by lane, geographic_level, area_code
        """
    )
    comment = (
        "The core measures side by side, each in the newest period for which its lane has any figure."
        " One row per area and lane; null where the area has none then."
    )
    connection.execute(f"comment on view {SCHEMA}.latest_figures is {literal(comment)}")
    for measure, name in measures:
        connection.execute(f"comment on column {SCHEMA}.latest_figures.{quoted(measure)} is {literal(name)}")
