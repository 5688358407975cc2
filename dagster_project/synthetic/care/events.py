"""What happens in a period of care: reviews, times missing, changes of social worker, deprived liberty."""

from random import Random

from dagster_project.synthetic import days
from dagster_project.synthetic.care.lives import Period, age_at, birthday, clear
from dagster_project.synthetic.lives import Child

#: Numbers of the social workers of an authority. They are invented, and so are nobody's.
_WORKERS = range(1, 240)

#: Placements in which liberty is taken away.
_HOMES = frozenset({"K2", "other"})


def fill(rng: Random, child: Child, found: Period) -> None:
    """Add to a period, spells and all, what happened in it."""
    _review(rng, found)
    _change_workers(rng, found)
    _go_missing(rng, child, found)
    _take_liberty(rng, child, found)


def _review(rng: Random, found: Period) -> None:
    """Within four weeks, then after three months, then twice a year."""
    day = found.start + rng.randrange(14, 27)
    gap = (75, 92)
    while day < found.end:
        found.reviews.append(day)
        day += rng.randrange(*gap)
        gap = (150, 184)


def _change_workers(rng: Random, found: Period) -> None:
    """One change a year or so makes a quarter of the children have three workers in a year."""
    day, worker = found.start, rng.choice(_WORKERS)
    while True:
        length = 30 + int(rng.expovariate(1 / 275))
        until = clear(day + length)
        if until + 10 >= found.end:
            found.workers.append((day, found.end, worker))
            return
        found.workers.append((day, until, worker))
        day, worker = until, rng.choice([each for each in _WORKERS if each != worker])


def _go_missing(rng: Random, child: Child, found: Period) -> None:
    """Some of those over eleven, some of them often; never across a year's end, which would count twice."""
    is_prone = rng.random() < (0.45 if found.is_volatile else 0.2)
    first = max(found.start + 5, birthday(child, 11))
    if not is_prone or first >= found.end:
        return
    gap = rng.choice((40, 90, 300))
    day = first + int(rng.expovariate(1 / gap))
    while day + 8 < found.end and len(found.missing) < 60:
        until = day + (0 if rng.random() < 0.45 else 1 if rng.random() < 0.7 else rng.randrange(2, 8))
        if days.year_of(day) == days.year_of(until):
            found.missing.append((day, until, "M" if rng.random() < 0.9 else "A"))
        day = until + 2 + int(rng.expovariate(1 / gap))


def _take_liberty(rng: Random, child: Child, found: Period) -> None:
    for spell in found.spells:
        chance, delay, length = rng.random(), rng.randrange(40), rng.randrange(60, 360)
        start = spell.day + 1 + delay
        if spell.place.kind in _HOMES and age_at(child, start) >= 12 and chance < 0.05:
            end = min(start + length, spell.end - 1)
            if end > start + 5:
                found.liberty.append((start, end))
