"""Where a looked-after child lives, and the moves from one place to the next."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from dagster_project.synthetic.care.lives import Period, Place, age_at, birthday, clear
from dagster_project.synthetic.lives import Child

#: Kinds of placement that children younger than the age start in, and how common each is. Kinds in lower
#: case have another code in other years, see ``CODES``.
_FIRST: tuple[tuple[int, dict[str, float]], ...] = (
    (5, {"U6": 60, "U3": 22, "P1": 6, "U5": 5, "R3": 4, "U1": 3}),
    (12, {"U6": 52, "U3": 22, "U4": 10, "P1": 7, "K2": 7, "U1": 3}),
    (16, {"U6": 40, "K2": 24, "U3": 14, "U4": 8, "P1": 6, "other": 3, "S1": 1, "K1": 1, "R2": 1, "R5": 1}),
    (18, {"supported": 38, "U6": 22, "K2": 14, "U3": 8, "alone": 6, "U4": 4, "P1": 3, "other": 3, "R5": 2}),
)
_SETTLED: tuple[tuple[int, dict[str, float]], ...] = (
    (12, {"U4": 60, "U1": 18, "K2": 8, "P1": 10, "U6": 4}),
    (16, {"U4": 50, "K2": 28, "U1": 10, "P1": 7, "S1": 3, "other": 2}),
    (18, {"supported": 42, "U4": 26, "K2": 14, "alone": 8, "U1": 6, "other": 4}),
)
_PROVIDERS: dict[str, dict[str, float]] = {
    "U": {"PR1": 58, "PR4": 36, "PR5": 4, "PR2": 2},
    "K": {"PR4": 80, "PR1": 15, "PR5": 5},
    "A": {"PR1": 60, "PR2": 20, "PR5": 20},
    "R": {"PR3": 60, "PR4": 40},
    "P": {"PR0": 1},
}
_REASONS = {"CARPL": 45, "CREQB": 14, "CREQO": 12, "LAREQ": 9, "CHILD": 6, "OTHER": 6, "STAND": 3}
_REASONS |= {"ALLEG": 2, "CLOSE": 2, "APPRR": 1}

#: The codes of a kind, the one to be preferred first: what a year does not know is not sent.
CODES = {"supported": ("K3", "H5"), "alone": ("P2", "K3", "H5"), "other": ("Z1", "Z12")}

#: The day from which supported accommodation has to be registered, and nobody of that age lives without it.
REGISTERED = date(2023, 10, 28).toordinal()

PLACES = 900  # numbers that tell them apart
_BEFORE_NEXT = 4  # days a place is kept at least

#: The first day, the place, why the one before ended, whether the carers stayed.
Move = tuple[int, Place, str, bool]


def places(rng: Random, child: Child, found: Period) -> list[Move]:
    """The places of a period, in order."""
    start, end = found.start, found.end
    place = _place(rng, _FIRST, age_at(child, start))
    if found.is_short_break:
        return [(start, Place(rng.choice(("U6", "K2")), "PR1", place.number), "", True)]
    held = [(start, place, "", False)]
    last = end
    matched = 0
    if found.is_adoption and found.decision is not None:
        span = end - found.decision
        matched = clear(found.decision + max(60, int(span * rng.uniform(0.45, 0.7))))
        last = matched
    day, is_first, leaving = start, True, _leaving(rng, child, found)
    while True:
        following = day + _stay(rng, found, is_first)
        day = clear(leaving if day < leaving < following else following)
        if day + _BEFORE_NEXT >= last:
            break
        table = _SETTLED if day - start > 120 and not found.is_volatile else _FIRST
        if day - held[-1][0] >= _BEFORE_NEXT:
            reason = rng.choices(list(_REASONS), list(_REASONS.values()))[0]
            place = _place(rng, table, age_at(child, day))
            if not _is_same(place, held[-1][1]):
                held.append((day, place, reason, False))
        is_first = False
    if matched and matched + _BEFORE_NEXT < end:
        is_same = held[-1][1].kind.startswith("U") and rng.random() < 0.25
        number = held[-1][1].number if is_same else rng.randrange(PLACES)
        kind = "A5" if is_same else "A6"
        held.append((matched, Place(kind, _provider(rng, kind), number), "CARPL", is_same))
    return list(_registered(held, end))


def _is_same(place: Place, before: Place) -> bool:
    """Whether a move would lead nowhere: the parents are the same ones, however they are numbered."""
    return place.kind == before.kind and (place.number == before.number or place.kind == "P1")


def _registered(held: list[Move], end: int) -> Iterator[Move]:
    """The places, with a new one at the same carers where a place goes on after it had to be registered."""
    for (day, place, why, is_same), following in zip(
        held, [*(each[0] for each in held[1:]), end], strict=True
    ):
        registered = replace(place, kind="supported") if place.kind == "alone" else place
        yield day, registered if day >= REGISTERED else place, why, is_same
        if registered.kind == "supported" and day < REGISTERED < following:
            yield REGISTERED, registered, "OTHER", True


def _leaving(rng: Random, child: Child, found: Period) -> int:
    """The day, at 16 or 17, on which some move on to a place of more independence."""
    day = clear(birthday(child, 16) + rng.randrange(20, 500))
    return day if rng.random() < 0.5 and age_at(child, found.start) < 16 else 0


def _stay(rng: Random, found: Period, is_first: bool) -> int:
    if found.is_volatile:
        return 12 + int(rng.expovariate(1 / 85))
    if is_first and rng.random() < 0.46:
        return 8 + int(rng.expovariate(1 / 70))
    return 60 + int(rng.expovariate(1 / 2700))


def _place(rng: Random, table: tuple[tuple[int, dict[str, float]], ...], age: int) -> Place:
    shares = next((shares for below, shares in table if age < below), table[-1][1])
    kind = rng.choices(list(shares), list(shares.values()))[0]
    return Place(kind, _provider(rng, kind), rng.randrange(PLACES))


def _provider(rng: Random, kind: str) -> str:
    if kind in ("U1", "U2", "U3"):
        return "PR1"  # relatives and friends are approved by the authority itself
    shares = _PROVIDERS["K"] if kind.islower() or kind == "S1" else _PROVIDERS[kind[0]]
    return rng.choices(list(shares), list(shares.values()))[0]
