"""What the pages tell, read once for all of them: public figures, and what is declared of them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.site import naming, words
from dagster_project.statistics import sentence
from dagster_project.statistics.comparison import INDEXED
from dagster_project.statistics.telling import named

Row = dict[str, Any]

LOCAL = "Local authority"
PUBLISHED, RETURNED = "published", "returned"


@dataclass(frozen=True)
class Measure:
    """A measure of the core set that has figures. ``row`` is what ``meta.measure`` says of it."""

    measure_id: str
    name: str
    row: Row

    @property
    def page(self) -> str:
        """The address of its page."""
        return naming.measure_page(self.measure_id, self.name)

    @property
    def data(self) -> str:
        """The address of its figures as CSV."""
        return self.page.replace(".html", ".csv")

    @property
    def unit(self) -> str:
        """Its unit in words."""
        return words.unit(self.row["unit"])

    def figure(self, value: float) -> str:
        """A figure of it in words, as 23.5% or 519.4."""
        return self._worded.figure(value)

    def period(self, period: int) -> str:
        """One of its periods in words: 2024-25, or 31 March 2025."""
        return named(period, self.row)

    def when(self, period: int) -> str:
        """A period as it stands in a sentence: in 2024-25, or at 31 March 2025."""
        return f"{'at' if self.row['period_type'].startswith('at_') else 'in'} {self.period(period)}"

    @cached_property
    def _worded(self) -> sentence.Measure:
        return words.worded(self.row)


@dataclass(frozen=True)
class Area:
    """England, a region, an authority or a group of authorities."""

    area_code: str
    name: str
    level: str
    region_code: str | None
    is_fictional: bool
    is_open: bool
    is_joint: bool
    caution: str | None

    @property
    def page(self) -> str:
        """The address of its profile."""
        return naming.authority_page(self.area_code, self.name)

    @property
    def comparison(self) -> str:
        """The address of the page where it stands beside others."""
        return naming.comparison_page(self.area_code, self.name)

    @property
    def has_page(self) -> bool:
        """Whether it is an authority of today."""
        return self.level == LOCAL and self.is_open and not self.is_joint


@dataclass(frozen=True)
class Release:
    """The release that a site is of."""

    release_id: str
    created_at: datetime
    inputs_fingerprint: str
    code_version: str
    as_of: datetime | None


@dataclass(frozen=True)
class Facts:
    """All that pages are made from.

    ``figures``: rows of ``core_outcome`` by measure, lane and area, then by period. ``indices``: rows of
    ``core_index`` of rates, by measure, base and area, then by period; of published figures. ``changes``:
    the newest rows of ``core_comparison`` by measure, lane and area: ``previous``, and ``base`` for the main
    base. ``neighbours``: codes by area, the nearest first.
    """

    public: Path  #: the public database, in the release's own folder
    snapshot: Path  #: the analysts' database, of which only counts of ``quality`` may be told
    before: Path | None  #: the public database of the release before
    release: Release
    measures: Mapping[str, Measure]
    without_figures: tuple[Row, ...]
    areas: Mapping[str, Area]
    figures: Mapping[tuple[str, str, str], Mapping[int, Row]]
    indices: Mapping[tuple[str, int, str], Mapping[int, Row]]
    changes: Mapping[tuple[str, str, str], Mapping[str, Row]]
    bases: Mapping[str, tuple[Row, ...]]
    neighbours: Mapping[str, tuple[str, ...]]
    neighbour_model: int | None
    missing: Mapping[str, str]
    sources: Mapping[str, Row]
    breaks: tuple[Row, ...]

    @property
    def folder(self) -> Path:
        """The release's own folder."""
        return self.public.parent

    @cached_property
    def authorities(self) -> tuple[Area, ...]:
        """Every authority that has a page, by name; made-up ones last."""
        found = (area for area in self.areas.values() if area.has_page)
        return tuple(sorted(found, key=lambda area: (area.is_fictional, area.name)))

    @cached_property
    def _periods(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        found: dict[tuple[str, str], set[int]] = defaultdict(set)
        for (measure_id, lane, _), series in self.figures.items():
            found[measure_id, lane] |= {period for period, row in series.items() if row["value"] is not None}
        return {key: tuple(sorted(periods)) for key, periods in found.items()}

    def periods(self, measure_id: str, lane: str = PUBLISHED) -> tuple[int, ...]:
        """The periods in which any area has a figure."""
        return self._periods.get((measure_id, lane), ())

    def latest(self, measure_id: str, lane: str = PUBLISHED) -> int | None:
        """The newest of them, None where there is no figure."""
        periods = self.periods(measure_id, lane)
        return periods[-1] if periods else None

    def figure(
        self, measure_id: str, area_code: str | None, period: int, lane: str = PUBLISHED
    ) -> Row | None:
        """One row of ``core_outcome``, None where there is none."""
        return self.figures.get((measure_id, lane, area_code or ""), {}).get(period)

    def of_authorities(self, measure_id: str, period: int, lane: str = PUBLISHED) -> list[Row]:
        """The rows of all real authorities of one period, closed ones and joint returns too."""
        return [
            series[period]
            for (of, in_lane, code), series in self.figures.items()
            if of == measure_id and in_lane == lane and period in series
            if self.areas[code].level == LOCAL and not self.areas[code].is_fictional
        ]

    def absent(self, row: Row | None) -> str:
        """Why there is no number, in a word or two."""
        if row is None:
            return "none"
        if row.get("disclosure") == "withheld":
            return "withheld"
        return self.missing.get(row["status"] or "", "not available")


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

_CHANGES = """
    select compared.* exclude (area_code_ons, geographic_level, is_worked_back)
    from outcomes.core_comparison as compared
    semi join (from meta.measure where tier <> 'published') as core using (measure_id)
    left join meta.index_base as base
        on compared.measure_id = base.measure_id and compared.from_period = base.base_period
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
