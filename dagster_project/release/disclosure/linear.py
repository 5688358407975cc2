"""Between what limits a number lies of which only sums are known.

``A x = 0`` and ``lower <= x <= upper``. Bounds are first carried along the sums until nothing moves: where
the sums form a tree, as areas do, that is already exact. Where they close a ring, as areas and measures
together do, a linear programme gives the extremes (HiGHS). Each of its solutions is a table that could be the
true one: two of them that lie far apart in a cell prove it safe, so that one programme settles many cells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, eye_array, hstack
from scipy.sparse.csgraph import connected_components

from dagster_project.statistics.arrays import Flags, Floats, floats

_SLACK = 1e-6
_ROUNDS = 60
#: More children than there are in England: a linear programme looks no further.
_CAP = 2e7


#: Places of the numbers and of the equations that hang together.
_Ring = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Sums:
    """Entries of ``A`` in coordinates: equation, number and factor, each of shape (entries,)."""

    equation: NDArray[np.int64]
    number: NDArray[np.int64]
    factor: Floats
    n_equations: int
    n_numbers: int

    @classmethod
    def of(cls, equations: list[list[tuple[int, float]]], n_numbers: int) -> "Sums":
        """The sums given one by one as numbers and their factors."""
        entries = [(row, at, factor) for row, each in enumerate(equations) for at, factor in each]
        columns = np.array(entries, dtype=float).reshape(-1, 3)
        equation, number = columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int64)
        return cls(equation, number, columns[:, 2], len(equations), n_numbers)

    def without(self, dropped: Flags) -> "Sums":
        """The sums without some of their equations, which keep their numbers."""
        kept = ~dropped[self.equation]
        return Sums(
            self.equation[kept], self.number[kept], self.factor[kept], self.n_equations, self.n_numbers
        )

    def reach(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """What each entry can be, and each equation add up to."""
        a, b = self.factor * lower[self.number], self.factor * upper[self.number]
        low, high = np.minimum(a, b), np.maximum(a, b)
        return low, high, self._summed(low), self._summed(high)

    def _summed(self, values: Floats) -> Floats:
        return floats(np.bincount(self.equation, values, self.n_equations))


@dataclass(frozen=True)
class Ranges:
    """What each number can be. Of one that is not narrow the limits are only known to be reached."""

    lower: Floats
    upper: Floats
    is_narrow: Flags


def n_whole(lower: Floats, upper: Floats) -> Floats:
    """How many whole numbers lie between two limits."""
    return np.floor(upper + _SLACK) - np.ceil(lower - _SLACK) + 1


def n_left(lower: float, upper: float) -> int:
    """The same of one pair of limits, and never below nought."""
    return max(0, int(n_whole(floats(lower), floats(upper))))


def ranges(
    sums: Sums, lower: Floats, upper: Floats, asked: Flags, width: int, *, by_programme: bool = True
) -> Ranges:
    """Which of the numbers ``asked`` about can be fewer than ``width`` whole numbers.

    A sum that contradicts the bounds says nothing and is left out: its figures were not counted alike.
    Without the programme only what follows along the sums one after another is found.
    """
    sums, low, high = _carried(sums, lower, upper)
    is_narrow = asked & (n_whole(low, high) < width)
    found_low, found_high = low.copy(), high.copy()
    if by_programme:
        rings = _rings(sums, low, high, asked & ~is_narrow)
        _solve(_Question(sums, low, high, asked, width, found_low, found_high, is_narrow), rings)
    return Ranges(found_low, found_high, is_narrow)


def _carried(sums: Sums, lower: Floats, upper: Floats) -> tuple[Sums, Floats, Floats]:
    """The bounds after all that follows from one sum at a time, and the sums that hold."""
    while True:
        low, high, broken = lower.copy(), upper.copy(), np.zeros(sums.n_equations, dtype=bool)
        for _ in range(_ROUNDS):
            of_low, of_high, total_low, total_high = sums.reach(low, high)
            broken = (total_low > _SLACK * 100) | (total_high < -_SLACK * 100)
            if broken.any():
                break
            # an entry is what all others leave of nought; one that has no limit leaves none to the others
            rest_low = _without_own(of_low, sums, -np.inf)
            rest_high = _without_own(of_high, sums, np.inf)
            a, b = -rest_high / sums.factor, -rest_low / sums.factor
            new_low, new_high = low.copy(), high.copy()
            np.maximum.at(new_low, sums.number, np.minimum(a, b))
            np.minimum.at(new_high, sums.number, np.maximum(a, b))
            new_high = np.maximum(new_high, new_low)  # crossed by less than the rounding of sums
            moved = max(_largest(new_low, low), _largest(high, new_high))
            low, high = new_low, new_high
            if moved < _SLACK:
                break
        if not broken.any():
            return sums, low, high
        sums = sums.without(broken)


def _without_own(own: Floats, sums: Sums, nothing: float) -> Floats:
    """What the other entries of each entry's equation add up to; ``nothing`` where one of them is open."""
    is_open = np.isinf(own)
    finite = np.where(is_open, 0.0, own)
    n_open = np.bincount(sums.equation, is_open, sums.n_equations)[sums.equation] - is_open
    rest = np.bincount(sums.equation, finite, sums.n_equations)[sums.equation] - finite
    return np.where(n_open > 0, nothing, rest)


def _largest(a: Floats, b: Floats) -> float:
    """How far ``a`` is above ``b`` at most."""
    with np.errstate(invalid="ignore"):
        return float(np.nan_to_num(a - b, nan=0.0, posinf=1e9).max(initial=0.0))


def _rings(sums: Sums, low: Floats, high: Floats, asked: Flags) -> list[_Ring]:
    """The numbers and equations of every part that holds a number asked about and is no tree."""
    is_open = high - low > _SLACK
    kept = is_open[sums.number]
    n, number, equation = sums.n_numbers, sums.number[kept], sums.equation[kept]
    shape = (n + sums.n_equations,) * 2
    _, part = connected_components(csr_array((np.ones(len(number)), (number, n + equation)), shape), False)
    n_parts = int(part.max(initial=0)) + 1
    nodes = np.bincount(part, minlength=n_parts)
    edges = np.bincount(part[number], minlength=n_parts)
    wanted = np.bincount(part[:n], asked & is_open, n_parts) > 0
    chosen = wanted & (edges >= nodes)
    order = np.argsort(part, kind="stable")
    starts = np.searchsorted(part[order], np.arange(n_parts + 1))
    found = []
    for each in np.flatnonzero(chosen):
        members = order[starts[each] : starts[each + 1]]
        found.append((members[members < n], members[members >= n] - n))
    return found


@dataclass(frozen=True)
class _Question:
    """What is asked, and in the last three arrays what is found."""

    sums: Sums
    low: Floats
    high: Floats
    asked: Flags
    width: int
    found_low: Floats
    found_high: Floats
    is_narrow: Flags


def _solve(question: _Question, rings: list[_Ring]) -> None:
    """Judges the numbers of rings that touch nowhere, in programmes that hold all of them side by side.

    A ring that has no solution spoils the programme for all: then each half is solved by itself. Such a ring
    tells nothing beyond what was carried along its sums.
    """
    if not rings:
        return
    programme = _Programme(question, rings)
    members, part = programme.members, programme.part
    open_ = question.asked[members] & ~question.is_narrow[members]
    if any(programme.solved(sign * open_) is None for sign in (1.0, -1.0)):
        if len(rings) > 1:
            _solve(question, rings[: len(rings) // 2])
            _solve(question, rings[len(rings) // 2 :])
        return
    # as many at once as can be moved so far from where they have been that they are safe
    n_open = len(members) + 1
    while 0 < (n := int((open_ := open_ & ~programme.is_wide(question.width)).sum())) < n_open:
        n_open = n
        for is_up in (True, False):
            programme.moved(open_ & ~programme.is_wide(question.width), question.width, is_up=is_up)
    # the others one after another, one of each ring at a time
    while open_.any():
        _, first = np.unique(part[open_], return_index=True)
        chosen = np.flatnonzero(open_)[first]
        objective = np.zeros(len(members))
        objective[chosen] = 1.0
        least, most = programme.solved(objective), programme.solved(-objective)
        open_[chosen] = False
        if least is not None and most is not None:
            at = members[chosen]
            question.found_low[at], question.found_high[at] = least[chosen], most[chosen]
            question.is_narrow[at] = n_whole(least[chosen], most[chosen]) < question.width
        open_ &= ~programme.is_wide(question.width)


class _Programme:
    """The linear programme of some rings, and how low and high each number has been in its solutions."""

    def __init__(self, question: _Question, rings: list[_Ring]) -> None:
        sums, low, high = question.sums, question.low, question.high
        self.members = np.concatenate([members for members, _ in rings])
        self.part = np.repeat(np.arange(len(rings)), [len(members) for members, _ in rings])
        equations = np.concatenate([equations for _, equations in rings])
        row_of, column_of = np.full(sums.n_equations, -1), np.full(sums.n_numbers, -1)
        row_of[equations] = np.arange(len(equations))
        column_of[self.members] = np.arange(len(self.members))
        inside = row_of[sums.equation] >= 0
        row, number, factor = row_of[sums.equation[inside]], sums.number[inside], sums.factor[inside]
        is_member = column_of[number] >= 0
        fixed = np.where(is_member, 0.0, factor * low[number])
        self.right = -np.bincount(row, fixed, len(equations))
        self.matrix = csr_array(
            (factor[is_member], (row[is_member], column_of[number[is_member]])),
            shape=(len(equations), len(self.members)),
        )
        self.box = np.column_stack([low[self.members], np.minimum(high[self.members], _CAP)])
        self.seen_low = np.full(len(self.members), np.inf)
        self.seen_high = np.full(len(self.members), -np.inf)

    def is_wide(self, width: int) -> Flags:
        """Which numbers have been seen so far apart that they are safe."""
        return n_whole(self.seen_low, self.seen_high) >= width

    def solved(self, objective: Floats) -> Floats | None:
        """The numbers of a possible table, as far as any goes in that direction; None where there is none."""
        answer = linprog(objective, A_eq=self.matrix, b_eq=self.right, bounds=self.box, method="highs")
        return self._seen(answer.x)

    def moved(self, open_: Flags, width: int, *, is_up: bool) -> None:
        """Looks for the table in which most of these numbers lie ``width`` from where they were.

        Each has a share of that way to go, from 0 to 1; the sum of the shares is made as great as it can be.
        """
        at, sign = np.flatnonzero(open_), 1.0 if is_up else -1.0
        n, k = len(self.members), len(at)
        if not k:
            return
        ways = coo_array((np.full(k, -sign), (np.arange(k), at)), shape=(k, n))
        answer = linprog(
            np.concatenate([np.zeros(n), np.full(k, -1.0)]),
            A_ub=hstack([ways, width * eye_array(k)]),
            b_ub=-self.seen_low[at] if is_up else self.seen_high[at],
            A_eq=hstack([self.matrix, coo_array((len(self.right), k))]),
            b_eq=self.right,
            bounds=np.vstack([self.box, np.tile([0.0, 1.0], (k, 1))]),
            method="highs",
        )
        self._seen(None if answer.x is None else answer.x[:n])

    def _seen(self, numbers: Floats | None) -> Floats | None:
        if numbers is not None:
            np.minimum(self.seen_low, numbers, out=self.seen_low)
            np.maximum(self.seen_high, numbers, out=self.seen_high)
        return numbers
