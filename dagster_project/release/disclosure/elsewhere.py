"""What a reader knows besides this release: what publishers have printed, and our own earlier releases."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from dagster_project.release.disclosure.cells import OF_AREAS, Cells, cells_of
from dagster_project.release.disclosure.profiles import Profile
from dagster_project.release.disclosure.recomputed import Tables, frame_of
from dagster_project.statistics.arrays import Flags, Floats

#: A count's key, and between what it was printed to lie.
Told = tuple[tuple[str, str, int], float, float]

_TOLERANCE = 0.01  # FTE are printed to a tenth and sent with six decimals
#: What publishers round regions and England to, where a figure of theirs is a multiple of it.
_PUBLISHED_STEP = 10.0


def holds(told: Told, value: float) -> bool:
    """Whether what was printed of a count is true of it. What is not misleads, and tells nothing."""
    _, low, high = told
    return low - _TOLERANCE <= value <= high + _TOLERANCE


def told_by_publishers(published: pl.DataFrame) -> Iterator[Told]:
    """What the rows of the published lane say of counts that are worked out from returns, too."""
    cells = cells_of(published, "")
    is_total = np.isin(cells.level, ("Regional", "National")) & (cells.value % _PUBLISHED_STEP == 0)
    lower = np.where(is_total, cells.value - 5, cells.value - np.where(cells.is_amount, 0.05, 0.0))
    upper = np.where(is_total, cells.value + 4, cells.value + np.where(cells.is_amount, 0.05, 0.0))
    yield from _shown(cells, lower, upper)


def told_by_releases(earlier: Sequence[Tables], profile: Profile) -> Iterator[Told]:
    """What the public tables of earlier releases say, by the rules of today."""
    for tables in earlier:
        cells = earlier_cells(tables)
        steps = steps_of(cells, profile)
        yield from _shown(cells, *profile.between(cells.value, steps, cells.is_amount))


def earlier_cells(tables: Tables) -> Cells:
    """The counts that the returned lane of an earlier release shows."""
    outcome = frame_of(tables["core_outcome"])
    return cells_of(outcome.filter(pl.col("lane") == "returned"), "")


def steps_of(cells: Cells, profile: Profile) -> Floats:
    """What each cell is rounded to the nearest of."""
    pairs = zip(cells.level.tolist(), cells.is_amount.tolist(), strict=True)
    return np.array([profile.step(level, is_amount=is_amount) for level, is_amount in pairs])


def moved_totals(
    cells: Cells, hidden: Flags, steps: Floats, earlier: Sequence[Cells], profile: Profile
) -> list[int]:
    """Totals that are exact, as an earlier release had them, and that a few children more or less tell apart.

    What the withheld parts come to together has then moved by a small number: of one part, by just that.
    """
    found = []
    for before in earlier:
        values = dict(zip(before.keys, before.value.tolist(), strict=True))
        for each in cells.sums:
            parts = [part for part in each.parts if not hidden[part]]
            if each.kind not in OF_AREAS or hidden[each.whole] or len(parts) == len(each.parts):
                continue
            known = [each.whole, *parts]
            then = np.array([values.get(cells.keys[at], np.nan) for at in known])
            if (steps[known] > 1).any() or any(cells.keys[p] in values for p in set(each.parts) - set(parts)):
                continue
            moved = (cells.value[known] - then) @ np.array([1.0] + [-1.0] * len(parts))
            if 0.5 <= abs(moved) <= profile.threshold:
                found.append(each.whole)
    return found


def _shown(cells: Cells, lower: Floats, upper: Floats) -> Iterator[Told]:
    shown = np.flatnonzero(np.isfinite(cells.value) & ~cells.is_remainder)
    for at in shown.tolist():
        yield cells.keys[at], float(lower[at]), float(upper[at])
