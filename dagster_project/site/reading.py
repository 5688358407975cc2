"""Reading what a site tells from the databases of its release: once for all pages."""

from collections import defaultdict
from pathlib import Path

import duckdb

from dagster_project.site import words
from dagster_project.site.facts import Area, Facts, Measure, Release, Row
from dagster_project.statistics.comparison import INDEXED


def read(public: Path, snapshot: Path, before: Path | None = None) -> Facts:
    """What a release says.

    Args:
        public: Its public database.
        snapshot: The analysts' database.
        before: The public database of the release before, where there is one.
    """
    with duckdb.connect(str(public), read_only=True) as connection:

        def rows(sql: str) -> list[Row]:
            answer = connection.execute(sql)
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

        figures: dict[tuple[str, str, str], dict[int, Row]] = defaultdict(dict)
        for row in rows(_FIGURES):
            figures[row["measure_id"], row["lane"], row["area_code"]][row["period"]] = row
        indices: dict[tuple[str, int, str], dict[int, Row]] = defaultdict(dict)
        for row in rows(_INDICES):
            indices[row["measure_id"], row["base_period"], row["area_code"]][row["period"]] = row
        changes: dict[tuple[str, str, str], dict[str, Row]] = defaultdict(dict)
        for row in rows(_CHANGES):
            changes[row["measure_id"], row["lane"], row["area_code"]][row["comparison"]] = row
        core = rows("from meta.measure where tier <> 'published' order by display_order")
        areas = {row["area_code"]: Area(**row) for row in rows(_AREAS)}
        for row in rows(_GROUPS):
            areas.setdefault(row["area_code"], Area(**row))
        bases: dict[str, tuple[Row, ...]] = {}
        for row in rows("from meta.index_base order by measure_id, is_main desc, base_period"):
            bases[row["measure_id"]] = (*bases.get(row["measure_id"], ()), row)
        neighbours: dict[str, list[str]] = defaultdict(list)
        for row in rows(_NEIGHBOURS):
            neighbours[row["area_code"]].append(row["neighbour_code"])
        told = rows(_MODEL)
        (made,) = rows(
            "select release_id, created_at, inputs_fingerprint, code_version, as_of from meta.release"
        )
        with_figures = {
            key[0] for key, series in figures.items() if any(_has(row) for row in series.values())
        }
        return Facts(
            public=public,
            snapshot=snapshot,
            before=before,
            release=Release(**made),
            measures={
                row["measure_id"]: Measure(row["measure_id"], row["measure_name"].rstrip("."), row)
                for row in core
                if row["measure_id"] in with_figures
            },
            without_figures=tuple(row for row in core if row["measure_id"] not in with_figures),
            areas=areas,
            figures=figures,
            indices=indices,
            changes=changes,
            bases={**bases, **{index: bases[of] for index, of in INDEXED.items() if of in bases}},
            neighbours={code: tuple(codes) for code, codes in neighbours.items()},
            neighbour_model=told[0]["model_year"] if told else None,
            missing={
                row["symbol"]: words.MISSING.get(row["reason"], "not available")
                for row in rows("from meta.symbol")
            },
            sources={row["source_id"]: row for row in rows("from meta.source")},
            breaks=tuple(rows("from meta.known_break order by measure_id, period, area_code")),
        )


def _has(row: Row) -> bool:
    return row["value"] is not None


_FIGURES = """
    select
        measure_id, lane, geographic_level, area_code, area_name, is_fictional, period, numerator,
        denominator, value, status, comparability, value_basis, lower_95, upper_95, lower_998, upper_998,
        interval_method, as_of, source_id, disclosure
    from outcomes.core_outcome
    semi join (from meta.measure where tier <> 'published') as core using (measure_id)
    order by measure_id, lane, area_code, period
"""

#: An index of a rate is that of the measure it is made from.
_INDICES = """
    select
        measure_id, base_period, area_code, geographic_level, period, index_value, value, base_value, status,
        comparability, lower_95, upper_95, as_of, source_id
    from outcomes.core_index
    semi join (from meta.measure where tier <> 'published') as core using (measure_id)
    where index_basis = 'rate' and lane = 'published'
    order by measure_id, base_period, area_code, period
"""

#: An index is compared with the base of the measure it is made from.
_CHANGES = f"""
    select compared.* exclude (area_code_ons, geographic_level, is_worked_back)
    from outcomes.core_comparison as compared
    semi join (from meta.measure where tier <> 'published') as core using (measure_id)
    left join meta.index_base as base
        on compared.from_period = base.base_period
        and base.measure_id = coalesce(map {dict(INDEXED)} [compared.measure_id], compared.measure_id)
    where comparison = 'previous' or base.is_main
    qualify period = max(period) over (partition by compared.measure_id, lane)
    order by all
"""

_AREAS = """
    select
        area_code, area_name as name, geographic_level as level, region_code, is_fictional,
        close_date is null or close_date > made.created_at::date as is_open,
        is_joint_return as is_joint, caution
    from meta.area
    cross join meta.release as made
    order by area_code
"""

#: Groups of authorities stand in the figures alone.
_GROUPS = """
    select distinct on (area_code)
        area_code, area_name as name, geographic_level as level, null as region_code, is_fictional,
        true as is_open, false as is_joint, null as caution
    from outcomes.core_outcome
"""

_MODEL = "select max(model_year) as model_year from meta.statistical_neighbour having max(model_year) > 0"
_NEIGHBOURS = f"""
    select area_code, neighbour_code
    from meta.statistical_neighbour
    where model_year = ({_MODEL})
    order by area_code, neighbour_rank
"""
