"""Figures of one measure and lane as matrices of periods by areas, and the pairs that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dagster_project.statistics.arrays import Flags, Floats, Words

#: What ``comparability`` says where a figure cannot be had, rather than not be compared.
_NOT_HAD = ("base_missing", "base_zero", "population_missing", "parts_missing")


@dataclass(frozen=True)
class Panel:
    """Matrices are of shape (periods, areas), nan where there is no figure."""

    periods: NDArray[np.int64]
    areas: Words
    levels: Words  #: geographic level of each area
    is_fictional: Flags  #: of each area
    value: Floats
    numerator: Floats  #: events; worked back from the printed rate where no count is
    exposure: Floats  #: the denominator; 1 of a plain count
    is_worked_back: Flags
    comparability: Words  #: empty where there is no row

    @property
    def is_local(self) -> Flags:
        """Which areas are authorities, or groups of them that stand for the same ground over time."""
        return np.isin(self.levels, ("Local authority", "Local authority group"))

    def national(self, matrix: Floats, periods: NDArray[np.int64]) -> Floats:
        """England's figures of a matrix in those periods."""
        place = int(np.flatnonzero(self.levels == "National")[0])
        of = dict(zip(self.periods.tolist(), matrix[:, place].tolist(), strict=True))
        return np.array([of.get(period, np.nan) for period in periods.tolist()])

    @property
    def has_row(self) -> Flags:
        """Where the table has a row, with or without a figure."""
        return self.comparability != ""

    @property
    def is_base_missing(self) -> Flags:
        """Index figures without a base year."""
        return np.isin(self.comparability, ("base_missing", "base_zero"))

    @property
    def is_break(self) -> Flags:
        """Figures not counted as those before, or of an area that came or went."""
        return self.has_row & ~np.isin(self.comparability, ("ok", *_NOT_HAD))

    @property
    def is_recording_change(self) -> Flags:
        """Figures whose recording is known to have changed."""
        return self.is_break & (self.comparability != "area_changed")

    @property
    def is_joint(self) -> Flags:
        """Figures of two authorities together, and those missing because they are in such a figure."""
        together = np.char.find(self.areas, "/") >= 0
        joint = np.broadcast_to(together, self.value.shape) & self.has_row
        for place in np.flatnonzero(together):
            parts = np.isin(self.areas, [part.strip() for part in self.areas[place].split("/")])
            joint |= parts & np.isnan(self.value) & np.isfinite(self.value[:, [place]])
        return joint

    def with_counts_of(self, other: "Panel") -> "Panel":
        """This panel's values and words with the counts of another: an index has those of its rate."""
        return replace(
            self,
            numerator=other.at(other.numerator, self),
            exposure=other.at(other.exposure, self),
            is_worked_back=other.at(other.is_worked_back.astype(float), self) == 1,
        )

    def at(self, matrix: Floats, other: "Panel") -> Floats:
        """A matrix of this panel at the periods and areas of another, nan where it has none."""
        rows = {period: place for place, period in enumerate(self.periods)}
        columns = {area: place for place, area in enumerate(self.areas)}
        row = np.array([rows.get(period, -1) for period in other.periods])
        column = np.array([columns.get(area, -1) for area in other.areas])
        is_known = (row >= 0)[:, np.newaxis] & (column >= 0)
        return np.where(is_known, matrix[np.ix_(row, column)], np.nan)


def panel_of(figures: pl.DataFrame, kind: str, scale: float) -> Panel:
    """The panel of the figures of one measure and lane; ``comparison.compare`` names their columns."""
    periods, row = np.unique(figures["period"].to_numpy(), return_inverse=True)
    areas, first, column = np.unique(
        figures["area_code"].to_numpy().astype(str), return_index=True, return_inverse=True
    )

    def spread(name: str) -> Floats:
        matrix = np.full((len(periods), len(areas)), np.nan)
        matrix[row, column] = figures[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return matrix

    value, printed, exposure = spread("value"), spread("numerator"), spread("denominator")
    if kind in ("flow_count", "stock_count"):
        exposure = np.where(np.isfinite(value), 1.0, np.nan)
        printed = value
    worked_back = value * exposure / scale
    is_worked_back = np.isnan(printed) & np.isfinite(worked_back)
    # a rate that is withheld is withheld, whatever can be found of its parts
    numerator = np.where(np.isnan(value), np.nan, np.where(is_worked_back, worked_back, printed))
    words = np.full(value.shape, "", dtype="<U24")
    words[row, column] = figures["comparability"].to_numpy().astype(str)
    levels = figures["geographic_level"].to_numpy().astype(str)[first]
    fictional = figures["is_fictional"].fill_null(False).to_numpy().astype(bool)[first]
    return Panel(
        periods.astype(np.int64), areas, levels, fictional, value, numerator, exposure, is_worked_back, words
    )


def pairs_of(periods: NDArray[np.int64], bases: Sequence[int]) -> tuple[NDArray[np.int64], Words]:
    """Places of the earlier and the later period, of shape (pairs, 2), and how they go together.

    ``previous``: each period with the one before it. ``base``: each with a base period before it.
    """
    pairs = [(place - 1, place) for place in range(1, len(periods))]
    names = ["previous"] * len(pairs)
    for base in bases:
        for start in np.flatnonzero(periods == base):
            pairs += [(int(start), place) for place in range(int(start) + 1, len(periods))]
    names += ["base"] * (len(pairs) - len(names))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(names, dtype="<U8")
