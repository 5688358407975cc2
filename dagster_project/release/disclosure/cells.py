"""Which numbers of the public tables are one and the same, and which add up to which: all of it public.

A cell is a count of an area and period: referrals stand in the numerator of M06 and in the denominator of
M02, and are one cell. Areas add up to regions, regions to England, authorities to the groups and joint
returns they are in; a share and its remainder to what it is a share of.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dagster_project.dictionary.reading import rows
from dagster_project.release.disclosure.linear import Sums
from dagster_project.statistics.arrays import Flags, Floats, Words

#: Working days a year of the workforce has, for the sums of days: 254 in a year that holds 29 February.
_WORKING_DAYS = 253
#: What is not counted in whole numbers.
_AMOUNTS = ("FTE", "days", "cases per FTE")
POPULATION = "child_population"


class Cell(NamedTuple):
    """A number of the public tables; ``role`` is numerator, denominator or remainder."""

    measure_id: str
    role: str
    area_code: str
    period: int

    def __str__(self) -> str:
        return f"{self.measure_id}, {self.area_code}, {self.period}: {self.role}"


class Sum(NamedTuple):
    """``whole`` is the sum of its parts, each times a factor."""

    kind: str  #: region, england, group, joint_return, nested or share
    whole: int
    parts: tuple[int, ...]
    factor: float = 1.0

    def entries(self) -> list[tuple[int, float]]:
        """The sum as an equation that comes to nought."""
        return [(self.whole, -1.0), *((part, self.factor) for part in self.parts)]


#: The sums of areas, which a profile with summed totals makes tell nothing.
OF_AREAS = ("region", "england", "group", "joint_return")


@dataclass(frozen=True)
class Cells:
    """The counts of a table and their sums. Remainders of shares are cells, too, that nobody prints.

    Arrays are of shape (cells,). ``value`` is nan where a cell is not shown; where it stands in several rows,
    the first to show it counts. ``places`` are the rows and roles of each cell.
    """

    keys: list[tuple[str, str, int]]
    value: Floats
    level: Words
    is_amount: Flags
    is_remainder: Flags
    places: list[list[tuple[int, str]]]
    names: list[Cell]
    sums: list[Sum]

    def linear(self, *, areas: bool = True) -> Sums:
        """All sums, or those between measures alone, as equations."""
        told = [each for each in self.sums if areas or each.kind not in OF_AREAS]
        return Sums.of([each.entries() for each in told], len(self.keys))


@cache
def count_of(measure_id: str, role: str) -> tuple[str, int]:
    """What is counted in a role of a measure, and how many years before the period."""
    parts = _parts(measure_id, role)
    own, before = f"{measure_id}.{role}", 0
    if len(parts) == 1 and parts[0]["times"] == "one":
        own, before = parts[0]["published_id"], int(parts[0]["years_before"])
    for row in rows("measures/disclosure_relation.csv"):
        if row["count_id"] == own and row["relation"] == "same":
            return row["of_count_id"], before + int(row["years_before"])
    return own, before


@cache
def measures() -> dict[str, dict[str, str]]:
    """What the seed says of each measure."""
    return {row["measure_id"]: row for row in rows("measures/measure.csv")}


def cells_of(outcome: pl.DataFrame, symbol: str) -> Cells:
    """The cells of the returned lane of ``core_outcome``, in the order in which they first stand there.

    A number that is not there is a cell where the row's status is ``symbol``: it is, and is withheld.
    """
    found: dict[tuple[str, str, int], int] = {}
    values: list[float] = []
    levels: list[str] = []
    amounts: list[bool] = []
    places: list[list[tuple[int, str]]] = []
    names: list[Cell] = []
    columns = ("measure_id", "area_code", "geographic_level", "period", "status", "numerator", "denominator")
    for row, (measure, area, level, period, status, *pair) in enumerate(outcome.select(columns).iter_rows()):
        if measures()[measure]["kind"] == "index":  # rates over rates: no count stands there
            continue
        for role, number in zip(("numerator", "denominator"), pair, strict=True):
            if number is None and status != symbol:
                continue
            count, before = count_of(measure, role)
            if count == POPULATION:
                continue
            key = (count, area, period - before)
            at = found.setdefault(key, len(values))
            if at == len(values):
                values.append(np.nan)
                levels.append(level)
                amounts.append(measures()[measure]["count_unit"] in _AMOUNTS)
                places.append([])
                names.append(Cell(measure, role, area, period))
            if number is not None and np.isnan(values[at]):
                values[at] = number
            places[at].append((row, role))
    n_shown = len(values)
    sums = [*_area_sums(found), *_nested(found)]
    sums += _shares(outcome, found, values, levels, amounts, names)
    n_rest = len(values) - n_shown
    return Cells(
        list(found),
        np.array(values, dtype=float),
        np.array(levels, dtype=str),
        np.array(amounts, dtype=bool),
        np.arange(len(values)) >= n_shown,
        places + [[] for _ in range(n_rest)],
        names,
        sums,
    )


@cache
def _parts(measure_id: str, role: str) -> list[dict[str, str]]:
    return [
        row
        for row in rows("measures/measure_part.csv")
        if row["measure_id"] == measure_id and row["role"] == role
    ]


@cache
def _areas() -> dict[str, dict[str, str]]:
    return {row["area_code"]: row for row in rows("geography/area.csv")}


@cache
def _year_ends() -> dict[str, str]:
    """The day on which the years of each count end."""
    return {
        count_of(row["measure_id"], role)[0]: row["year_ends"]
        for row in rows("measures/measure.csv")
        for role in ("numerator", "denominator")
    }


@cache
def _sides() -> dict[str, list[frozenset[str]]]:
    """Of each group its authorities before the reorganisation, and those after it."""
    sides: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for row in rows("geography/reorganisation.csv"):
        if row["group_code"]:
            sides[row["group_code"]][0].add(row["from_area_code"])
            sides[row["group_code"]][1].add(row["to_area_code"])
    return {code: [frozenset(side) for side in both] for code, both in sides.items()}


def _area_sums(found: dict[tuple[str, str, int], int]) -> Iterator[Sum]:
    by_count: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for (count, area, period), at in found.items():
        by_count[count, period][area] = at
    for (count, period), there in by_count.items():
        day = f"{period}-{_year_ends().get(count, '03-31')}"
        yield from _of_one_count(there, day)


def _of_one_count(there: dict[str, int], day: str) -> Iterator[Sum]:
    """Which areas of one count and period add up to which."""
    areas = _areas()
    joint = {code: [part.strip() for part in code.split("/")] for code in there if "/" in code}
    parts_of_joint = {part for parts in joint.values() for part in parts}
    local = {
        code
        for code in there
        if code in areas and areas[code]["geographic_level"] == "Local authority" and code not in joint
    }
    for code, parts in joint.items():
        if local.issuperset(parts):
            yield Sum("joint_return", there[code], tuple(there[part] for part in parts))
        else:
            local = (local - set(parts)) | {code}
    members = [code for code in sorted(local) if _existed(areas[code], day)]
    regions: dict[str, list[str]] = defaultdict(list)
    for code in members:
        for region in (areas[code]["region_code"], areas[code]["sub_region_code"]):
            regions[region].append(code)
    for region, codes in sorted(regions.items()):
        if region in there:
            yield Sum("region", there[region], tuple(there[code] for code in codes))
    if "ENG" in there:
        # a region where there is one, else its authorities
        own = [
            code
            for region, codes in sorted(regions.items())
            if region and not areas[region]["region_code"] and areas[region]["is_fictional"] == "false"
            for code in ([region] if region in there else codes)
        ]
        yield Sum("england", there["ENG"], tuple(there[code] for code in own))
    known = local | parts_of_joint.intersection(there)
    for group, sides in _sides().items():
        for side in sides if group in there else ():
            codes = _covering(side, joint, known)
            if codes:
                yield Sum("group", there[group], tuple(there[code] for code in codes))


def _covering(side: frozenset[str], joint: dict[str, list[str]], known: Iterable[str]) -> list[str]:
    """The areas there are that make up a side of a reorganisation, or none."""
    left, codes, known = set(side), [], set(known)
    for code, parts in sorted(joint.items()):
        if code in known and left.issuperset(parts):
            left -= set(parts)
            codes.append(code)
    return sorted([*codes, *left]) if left <= known else []


def _existed(area: dict[str, str], day: str) -> bool:
    return (area["open_date"] or day) <= day and (area["close_date"] or day) >= day


def _nested(found: dict[tuple[str, str, int], int]) -> Iterator[Sum]:
    """Counts made of other counts of the same area: FTE in post and vacant, days of those in post."""
    for measure_id in measures():
        for role in ("numerator", "denominator"):
            parts = _parts(measure_id, role)
            own = f"{measure_id}.{role}"
            if len(parts) < 2 and not any(part["times"] == "working_days" for part in parts):
                continue
            for (count, area, period), at in list(found.items()):
                if count != own:
                    continue
                of = [found.get((p["published_id"], area, period - int(p["years_before"]))) for p in parts]
                if all(each is not None for each in of):
                    days = _WORKING_DAYS + (period % 4 == 0) if parts[0]["times"] == "working_days" else 1
                    yield Sum("nested", at, tuple(each for each in of if each is not None), float(days))


def _shares(
    outcome: pl.DataFrame,
    found: dict[tuple[str, str, int], int],
    values: list[float],
    levels: list[str],
    amounts: list[bool],
    names: list[Cell],
) -> list[Sum]:
    """Every share with its remainder, which is added to the cells: who is looked after, but not for long."""
    keys = list(found)
    pairs: dict[tuple[int, int], Cell] = {}
    columns = outcome.select("measure_id", "area_code", "period").iter_rows()
    for measure, area, period in columns:
        if measures()[measure]["kind"] != "proportion":
            continue
        at = []
        for role in ("numerator", "denominator"):
            count, before = count_of(measure, role)
            at.append(found.get((count, area, period - before)))
        if at[0] is not None and at[1] is not None:
            pairs.setdefault((at[0], at[1]), Cell(measure, "remainder", area, period))
    for row in rows("measures/disclosure_relation.csv"):
        if row["relation"] == "part":
            for part, (count, area, period) in enumerate(keys):
                whole = found.get((row["of_count_id"], area, period - int(row["years_before"])))
                if count == row["count_id"] and whole is not None:
                    cell = names[part]._replace(role="remainder")
                    pairs.setdefault((part, whole), cell)
    sums = []
    for (part, whole), cell in pairs.items():
        found[f"{keys[whole][0]} less {keys[part][0]}", *keys[part][1:]] = len(values)
        sums.append(Sum("share", whole, (part, len(values))))
        values.append(values[whole] - values[part])
        levels.append(levels[part])
        amounts.append(amounts[part])
        names.append(cell)
    return sums


def entries_of(sums: Sequence[Sum], n_cells: int) -> list[NDArray[np.int64]]:
    """The sums that each cell stands in."""
    of: list[list[int]] = [[] for _ in range(n_cells)]
    for row, each in enumerate(sums):
        for at in (each.whole, *each.parts):
            of[at].append(row)
    return [np.array(each, dtype=np.int64) for each in of]
