"""The attacker: what can be worked out of the public tables, with nothing private.

It knows the profile, which is published, the geography, and which counts are the same or add up; what other
publishers have printed; and every earlier release. What was withheld, and why, it must find for itself.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import polars as pl

from dagster_project.release.disclosure.cells import OF_AREAS, Cell, Cells, Sum, cells_of, entries_of
from dagster_project.release.disclosure.elsewhere import (
    Told,
    earlier_cells,
    moved_totals,
    steps_of,
    told_by_publishers,
    told_by_releases,
)
from dagster_project.release.disclosure.inversion import inverted
from dagster_project.release.disclosure.leaks import Leak
from dagster_project.release.disclosure.linear import n_left, n_whole, ranges
from dagster_project.release.disclosure.profiles import Profile
from dagster_project.release.disclosure.recomputed import Tables, frame_of
from dagster_project.statistics.arrays import Flags, Floats

_OF_SUM = {"region": "region", "england": "england", "group": "former_area"}


def attack(
    tables: Tables,
    profile: Profile,
    earlier: Sequence[Tables] = (),
    is_believed: Callable[[Told], bool] = lambda _: True,
) -> list[Leak]:
    """Every number of the returned lane that is withheld, or should be, and can be told.

    Args:
        tables: The public ``core_outcome``, ``core_index`` and ``core_comparison``.
        profile: The publisher's rules.
        earlier: The public ``core_outcome`` of each earlier release; its returned lane is enough.
        is_believed: Which of the numbers that others, or earlier releases, have printed it builds on.
    """
    outcome = frame_of(tables["core_outcome"])
    returned = outcome.filter(pl.col("lane") == "returned")
    if profile.is_open:
        return []
    cells = cells_of(returned, profile.symbol)
    steps = steps_of(cells, profile)
    hidden = np.isnan(cells.value) & ~cells.is_remainder
    lower, upper = profile.between(np.nan_to_num(cells.value), steps, cells.is_amount)
    least = np.where(cells.is_amount, 0.0, 1.0 if profile.is_zero_shown else 0.0)
    unknown = hidden | cells.is_remainder
    lower = np.where(unknown, np.where(cells.is_remainder, 0.0, least), lower)
    upper = np.where(unknown, np.inf, upper)
    found = [
        *_shown_small(cells, profile, (lower, upper), hidden),
        *_twice(cells, returned, profile.symbol),
        *_whole_groups(cells, hidden, (lower, upper)),
        *_sums(cells, profile, hidden, (lower, upper)),
        *inverted(returned, tables, profile),
    ]
    there = outcome.filter(pl.col("lane") != "returned").join(
        returned, on=["area_code", "period"], how="semi"
    )
    printed = list(filter(is_believed, told_by_publishers(there)))
    before = list(filter(is_believed, told_by_releases(earlier, profile)))
    found += _sums_knowing(cells, profile, hidden, (lower, upper), printed, "printed_elsewhere")
    found += _sums_knowing(cells, profile, hidden, (lower, upper), [*printed, *before], "earlier_sums")
    found += _shown_before(cells, profile, hidden, before)
    for at in moved_totals(cells, hidden, steps, [earlier_cells(each) for each in earlier], profile):
        parts = {part for each in cells.sums if each.whole == at for part in each.parts if hidden[part]}
        found.append(Leak("moved_total", tuple(cells.names[part] for part in sorted(parts)), 0))
    # the first way to a number is enough
    first: dict[Cell, Leak] = {}
    for leak in found:
        first.setdefault(leak.cells[0], leak)
    return list(first.values())


def _shown_small(
    cells: Cells, profile: Profile, bounds: tuple[Floats, Floats], hidden: Flags
) -> Iterator[Leak]:
    """Small numbers that are shown, and shown numbers that differ by one."""
    lower, upper = bounds
    is_small = (upper <= profile.threshold) & ((upper > 0) | (not profile.is_zero_shown))
    is_small |= profile.is_small(cells.value)
    for at in np.flatnonzero(is_small & ~hidden & ~cells.is_remainder).tolist():
        yield Leak("small_number", (cells.names[at],), 1)
    for each in cells.sums:
        part = each.parts[0]
        if each.kind == "share" and not hidden[each.whole] and not hidden[part]:
            least, most = lower[each.whole] - upper[part], upper[each.whole] - lower[part]
            if most <= profile.threshold and (least > 0 or (not profile.is_zero_shown and least == 0)):
                yield Leak("small_remainder", (cells.names[each.parts[1]],), n_left(least, most))


def _twice(cells: Cells, returned: pl.DataFrame, symbol: str) -> Iterator[Leak]:
    """Counts withheld in one row and shown in another."""
    numbers = {role: returned[role].to_list() for role in ("numerator", "denominator")}
    names = returned.select("measure_id", "area_code", "period", "status").rows()
    for at, places in enumerate(cells.places):
        if np.isnan(cells.value[at]) or len(places) < 2:
            continue
        for row, role in places:
            if numbers[role][row] is None and names[row][3] == symbol:
                value = float(cells.value[at])
                yield Leak("one_count_twice", (_cell(names[row], role),), 1, value, value)


def _cell(name: tuple, role: str) -> Cell:
    return Cell(name[0], role, name[1], name[2])


def _whole_groups(cells: Cells, hidden: Flags, bounds: tuple[Floats, Floats]) -> Iterator[Leak]:
    """Parts of a total that is nought, or that is all of what it is a share of."""
    lower, upper = bounds
    is_exact = lower == upper
    share_of = {each.parts[0]: each for each in cells.sums if each.kind == "share"}
    for each in cells.sums:
        if each.kind not in OF_AREAS or hidden[each.whole]:
            continue
        if cells.value[each.whole] == 0:
            for part in each.parts:
                if hidden[part]:
                    yield Leak("none_of_a_group", (cells.names[part],), 1, 0.0, 0.0)
        share = share_of.get(each.whole)
        if share is None or not (is_exact[share.whole] and is_exact[each.whole]):
            continue
        if cells.value[share.whole] == cells.value[each.whole]:
            for part in each.parts:
                own = share_of.get(part)
                if own is not None and hidden[part] and not hidden[own.whole]:
                    value = float(cells.value[own.whole])
                    yield Leak("all_of_a_group", (cells.names[part],), 1, value, value)


def _sums(
    cells: Cells, profile: Profile, hidden: Flags, bounds: tuple[Floats, Floats], kind: str = ""
) -> Iterator[Leak]:
    """What the linear programme over all cells and totals narrows too far."""
    asked = hidden.copy()
    for each in cells.sums:
        if each.kind == "share" and (hidden[each.whole] or hidden[each.parts[0]]):
            asked[each.parts[1]] = True
    asked &= n_whole(*bounds) >= profile.width
    told = ranges(cells.linear(areas=not profile.is_summed), *bounds, asked, profile.width)
    is_leak = told.is_narrow & (~cells.is_remainder | (told.lower <= profile.threshold))
    of_cell = entries_of(cells.sums, len(cells.keys)) if is_leak.any() else []
    for at in np.flatnonzero(is_leak).tolist():
        low, high = float(told.lower[at]), float(told.upper[at])
        how = kind or _how([cells.sums[row] for row in of_cell[at]], at, hidden | cells.is_remainder)
        yield Leak(how, (cells.names[at],), n_left(low, high), low, high)


def _how(sums: list[Sum], leak: int, unknown: Flags) -> str:
    """By what sum it is told, where one alone does."""
    for each in sums:
        if not any(unknown[at] for at in (each.whole, *each.parts) if at != leak):
            if each.kind == "region" and len(each.parts) == 1:
                return "region_of_one"
            return _OF_SUM.get(each.kind, each.kind)
    return "several_sums"


def _sums_knowing(
    cells: Cells,
    profile: Profile,
    hidden: Flags,
    bounds: tuple[Floats, Floats],
    told: list[Told],
    kind: str,
) -> list[Leak]:
    """The same by somebody who believes what was printed elsewhere; what that tells outright is no news."""
    lower, upper = bounds[0].copy(), bounds[1].copy()
    at = {key: place for place, key in enumerate(cells.keys)}
    learnt = False
    for key, low, high in told:
        place = at.get(key)
        if place is not None and hidden[place] and low <= upper[place] and high >= lower[place]:
            lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
            learnt = True
    return list(_sums(cells, profile, hidden, (lower, upper), kind)) if learnt else []


def _shown_before(cells: Cells, profile: Profile, hidden: Flags, before: list[Told]) -> Iterator[Leak]:
    at = {key: place for place, key in enumerate(cells.keys)}
    for key, low, high in before:
        place = at.get(key)
        if place is not None and hidden[place] and n_left(low, high) < profile.width:
            yield Leak("shown_before", (cells.names[place],), n_left(low, high), low, high)
