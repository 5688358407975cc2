"""Which counts are withheld, and the public versions of the tables.

The order is the one that is safe: small counts are withheld, then others until nothing withheld can be worked
out, then what is left is rounded, and only then are rates, percentages, limits and indices worked out, from
what is published.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dagster_project.release.disclosure import comparisons, recomputed
from dagster_project.release.disclosure.cells import OF_AREAS, Cells, Sum, cells_of, entries_of
from dagster_project.release.disclosure.elsewhere import (
    earlier_cells,
    holds,
    moved_totals,
    steps_of,
    told_by_publishers,
    told_by_releases,
)
from dagster_project.release.disclosure.linear import Sums, n_whole, ranges
from dagster_project.release.disclosure.profiles import Profile, nearest
from dagster_project.release.disclosure.recomputed import Tables
from dagster_project.statistics.arrays import Flags, Floats

#: Where a cell is withheld for the sake of another, authorities go before regions and England.
_RANK = {"Local authority": 0, "Local authority group": 0, "Regional": 1, "National": 2}
_TOLERANCE = 0.01  # sums of FTE are sent with six decimals


@dataclass(frozen=True)
class Protected:
    """The public tables; counts: all, the small ones, and those withheld for their sake."""

    tables: dict[str, pa.Table]
    n_cells: int
    n_primary: int
    n_secondary: int


def protect(tables: Tables, profile: Profile, earlier: Sequence[Tables] = ()) -> Protected:
    """The public versions of ``core_outcome``, ``core_index`` and ``core_comparison``.

    Rows of the published lane pass as they are. In the returned lane a row of which a count is withheld has a
    null there and in all that follows from it, and the profile's symbol as its status. ``disclosure`` is
    added: withheld, rounded, or null. It does not say whether a count was withheld for being small or for
    the sake of another: that would tell which are.

    Args:
        tables: The three tables as they stand in the warehouse.
        profile: The publisher's rules.
        earlier: Public tables of earlier releases: what they show cannot be taken back and protects nothing.
    """
    outcome = recomputed.frame_of(tables["core_outcome"])
    is_returned = outcome["lane"] == "returned"
    # which counts are withheld for others' sake must not depend on the order in which the rows happen to come
    keys = ["measure_id", "area_code", "period"]
    returned = outcome.filter(is_returned).with_row_index("place").sort(keys)
    cells = cells_of(returned, profile.symbol)
    if profile.is_open:
        passed = {name: recomputed.marked(table) for name, table in tables.items()}
        return Protected(passed, int((~cells.is_remainder).sum()), 0, 0)
    printed_too = outcome.filter(~is_returned).join(returned, on=["area_code", "period"], how="semi")
    known = _known(cells, printed_too, profile, earlier)
    small, hidden = _withheld(cells, profile, known, [earlier_cells(each) for each in earlier])
    printed = _printed(cells, profile, hidden)
    public = recomputed.outcome(returned, _by_place(cells, printed, returned, profile), profile)
    public, index = recomputed.indexed(public, recomputed.frame_of(tables["core_index"]), profile)
    public = public.sort("place").drop("place")
    told = comparisons.public(recomputed.frame_of(tables["core_comparison"]), public, profile)
    joined = pl.concat(
        [public, outcome.filter(~is_returned).with_columns(disclosure=pl.lit(None, pl.String))]
    )
    frames = {"core_outcome": joined, "core_index": index, "core_comparison": told}
    counted = ~cells.is_remainder
    return Protected(
        {name: recomputed.table_of(frame, tables[name]) for name, frame in frames.items()},
        int(counted.sum()),
        int((small & counted).sum()),
        int((hidden & ~small).sum()),
    )


def _withheld(
    cells: Cells, profile: Profile, known: tuple[Floats, Floats], earlier: Sequence[Cells] = ()
) -> tuple[Flags, Flags]:
    """The cells withheld for being small, or for a remainder that is; and all that are withheld."""
    steps = steps_of(cells, profile)
    # an amount that would be printed as a small one is one: 7.2 FTE to the nearest 5
    looks_small = profile.is_small(nearest(cells.value, steps)) & ~cells.is_remainder
    small = profile.is_small(cells.value) | looks_small
    hidden = small & ~cells.is_remainder
    for each in cells.sums:
        # a withheld whole hides its remainder already: a true nought beside it stays
        if each.kind == "share" and small[each.parts[1]] and not hidden[each.whole]:
            hidden[each.parts[0]] = True
    small = hidden.copy()
    if profile.is_summed:
        _withhold_sums(cells, hidden)
    sums, held = _that_hold(cells, areas=not profile.is_summed)
    of_cell = entries_of(held, len(cells.keys))
    is_out = n_whole(*known) < profile.width  # nothing done here takes it back
    for by_programme in (False, True):  # what follows step by step first: it is quick, and most there is
        # withholding more only makes the rest less certain: what is safe stays safe
        is_safe = np.zeros(len(cells.keys), dtype=bool)
        while True:
            lower, upper = _bounds(cells, profile, hidden, known, steps)
            asked = _asked(cells, hidden) & ~is_out & ~is_safe
            told = ranges(sums, lower, upper, asked, profile.width, by_programme=by_programme)
            leaks = told.is_narrow & (~cells.is_remainder | (told.lower <= profile.threshold))
            is_safe |= asked & ~leaks
            more = _more(cells, held, of_cell, leaks, hidden, np.isfinite(known[1]), (lower, upper), profile)
            more += moved_totals(cells, hidden, steps, earlier, profile)
            if not more:
                break
            hidden[more] = True
            if profile.is_summed:
                _withhold_sums(cells, hidden)
    return small, hidden


def _that_hold(cells: Cells, *, areas: bool) -> tuple[Sums, list[Sum]]:
    """The sums that are true of the figures: a total may have been counted otherwise than its parts."""
    held = []
    for each in cells.sums:
        if areas or each.kind not in OF_AREAS:
            parts = each.factor * cells.value[list(each.parts)].sum()
            is_over = each.kind == "share" and cells.value[each.parts[1]] < 0  # more than all: no share
            if not is_over and abs(cells.value[each.whole] - parts) <= _TOLERANCE * max(1.0, each.factor):
                held.append(each)
    return Sums.of([each.entries() for each in held], len(cells.keys)), held


def _bounds(
    cells: Cells, profile: Profile, hidden: Flags, known: tuple[Floats, Floats], steps: Floats
) -> tuple[Floats, Floats]:
    """Between what a reader knows each cell to lie."""
    lower, upper = profile.between(nearest(cells.value, steps), steps, cells.is_amount)
    least = 1.0 if profile.is_zero_shown else 0.0
    is_open = hidden | cells.is_remainder
    lower = np.where(is_open, np.where(cells.is_amount | cells.is_remainder, 0.0, least), lower)
    upper = np.where(is_open, np.inf, upper)
    return (
        np.where(hidden, np.maximum(lower, known[0]), lower),
        np.where(hidden, np.minimum(upper, known[1]), upper),
    )


def _asked(cells: Cells, hidden: Flags) -> Flags:
    """What must stay uncertain: what is withheld, and the remainders of which a side is withheld."""
    asked = hidden & ~cells.is_remainder
    for each in cells.sums:
        if each.kind == "share" and (hidden[each.whole] or hidden[each.parts[0]]):
            asked[each.parts[1]] = True
    return asked


def _more(
    cells: Cells,
    held: list[Sum],
    of_cell: list[NDArray[np.int64]],
    leaks: Flags,
    hidden: Flags,
    known: Flags,
    bounds: tuple[Floats, Floats],
    profile: Profile,
) -> list[int]:
    """Further cells to withhold: in every sum that tells too much the one that costs least."""
    spread = bounds[1] - bounds[0]
    is_free = ~hidden & ~cells.is_remainder & ~known
    if profile.is_zero_shown:
        is_free &= cells.value != 0
    rows_lost = {row for at in np.flatnonzero(hidden) for row, _ in cells.places[at]}
    more: list[int] = []
    served: set[int] = set()

    def cost(at: int) -> tuple:
        lost = sum(1 for row, _ in cells.places[at] if row not in rows_lost)
        is_few = cells.value[at] < profile.threshold + profile.width
        return _RANK[str(cells.level[at])], lost, len(of_cell[at]), is_few, cells.value[at], cells.keys[at]

    def widen(pool: list[int]) -> None:
        """Withholds one more in these sums, unless one is already."""
        if served.isdisjoint(pool):
            options = [at for at in _around(held, pool) if is_free[at]]
            if options:
                chosen = min(options, key=cost)
                more.append(chosen)
                served.update(of_cell[chosen].tolist())

    of_leak = {at: of_cell[at].tolist() for at in np.flatnonzero(leaks).tolist()}
    for leak, near in of_leak.items():
        for row in near:
            if _left_open(held[row], leak, spread) < profile.width:
                widen([row])
    for near in of_leak.values() if not more else ():
        # no sum tells it by itself: several together do
        around = [row for at in _around(held, near) if hidden[at] for row in of_cell[at].tolist()]
        widen(near if any(is_free[at] for at in _around(held, near)) else around)
    return more


def _left_open(each: Sum, leak: int, spread: Floats) -> float:
    """How far the other cells of a sum leave one of them open."""
    own = 1.0 if leak == each.whole else each.factor
    parts = each.factor * sum(spread[at] for at in each.parts if at != leak)
    return float((parts + (spread[each.whole] if leak != each.whole else 0.0)) / own)


def _around(held: list[Sum], rows_of: Sequence[int]) -> list[int]:
    """The cells that stand in some of the sums."""
    return sorted({at for row in rows_of for at in (held[row].whole, *held[row].parts)})


def _withhold_sums(cells: Cells, hidden: Flags) -> None:
    """Withholds every total of which a part is withheld, from authorities up to England."""
    changed = True
    while changed:
        changed = False
        for each in cells.sums:
            if each.kind in OF_AREAS and not hidden[each.whole] and hidden[list(each.parts)].any():
                hidden[each.whole] = changed = True


def _printed(cells: Cells, profile: Profile, hidden: Flags) -> Floats:
    """What is published of each cell; nan where nothing is."""
    printed = nearest(cells.value, steps_of(cells, profile))
    if profile.is_summed:
        order = {"region": 0, "group": 0, "joint_return": 0, "england": 1}
        for each in sorted((s for s in cells.sums if s.kind in order), key=lambda each: order[each.kind]):
            printed[each.whole] = np.round(printed[list(each.parts)].sum(), 6)
    return np.where(hidden, np.nan, printed)


def _by_place(cells: Cells, printed: Floats, returned: pl.DataFrame, profile: Profile) -> dict[str, Floats]:
    """Published numerators and denominators, of shape (rows,); populations as they are.

    Where a row's own number differs from its cell's, as of FTE counted in two censuses, it is rounded alike
    and withheld together with it.
    """
    by_role: dict[str, Floats] = {}
    steps = steps_of(cells, profile)
    for role in ("numerator", "denominator"):
        by_role[role] = returned[role].cast(pl.Float64).fill_null(np.nan).to_numpy().copy()
    for at, places in enumerate(cells.places):
        for row, role in places:
            own = by_role[role][row]
            is_cell = np.isnan(printed[at]) or own == cells.value[at]
            by_role[role][row] = printed[at] if is_cell else nearest(own, steps[at])
    return by_role


def _known(
    cells: Cells, published: pl.DataFrame, profile: Profile, earlier: Sequence[Tables]
) -> tuple[Floats, Floats]:
    """Between what each cell lies by what others, or earlier releases, have printed and is true."""
    lower, upper = np.full(len(cells.keys), -np.inf), np.full(len(cells.keys), np.inf)
    at = {key: place for place, key in enumerate(cells.keys)}
    for told in (*told_by_publishers(published), *told_by_releases(earlier, profile)):
        key, low, high = told
        place = at.get(key)
        if place is not None and holds(told, cells.value[place]):
            lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
    return lower, upper
