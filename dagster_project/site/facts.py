"""What the pages tell: public figures by measure, lane and area, and what is declared of them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from dagster_project.site import naming, words
from dagster_project.statistics import sentence
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
