"""A child's time in care, made from its life.

A period of care begins while one of the child's cases is open and may outlast it. Whether there is one, and
how it goes, hangs on the child and on a generator of its own, so that the life stays as the census shows it.
"""

from random import Random

from dagster_project.synthetic import days, ids
from dagster_project.synthetic.care import plans as care_plans
from dagster_project.synthetic.care.events import fill
from dagster_project.synthetic.care.lives import Care, Period, Place, Spell, age_at, clear
from dagster_project.synthetic.care.places import places
from dagster_project.synthetic.lives import Child, Episode

#: Years after that of its first referral in which a child can still be in a return: as a care leaver of 21.
SPAN = 22

#: How often cases lead to care, by what came of the referral and the child's age.
_ENTERING = {"protected": 0.255, "lasting": 0.17, "planned": 0.064}
_AGES = ((1, 2.3), (5, 0.8), (10, 0.65), (16, 0.9), (18, 1.5))

_WHITE = frozenset({"WBRI", "WIRI", "WIRT", "WOTH", "WROM"})
_FOR_GOOD = ("E11", "E12", "E15", "E2")  # adopted, found to be grown up, died
_NOT_TO_FOSTER_CARERS = {"E45": "E47", "E46": "E48"}  # guardianship
_YOUNGEST_ALONE = 14  # years: an unaccompanied child's age at least


def care(child: Child, rng: Random, authority: str, ethnicity: str) -> Care | None:
    """The child's time in care; None for most.

    Args:
        child: The child, whose life is left as it is.
        rng: Seeded for this child's care.
        authority: Whose child.
        ethnicity: Its code, as the census gives it.
    """
    if child.number == 0:
        return None  # of those whose ids look like no value, two some years apart share one
    likely = 1.0 if ethnicity in _WHITE else 2.5
    if authority == ids.AWKWARD and child.cohort % 2 == 0 and ids.awkward(child)[0]:
        likely *= 100  # so that the awkward ids are met with in every file
    periods: list[Period] = []
    is_uasc = False
    for case in child.episodes:
        after = periods[-1].end + 20 if periods else 0
        entered = _entry(rng, child, case, likely, after)
        if entered is None:
            continue
        if not periods:
            if child.is_disabled and age_at(child, entered) >= 4 and rng.random() < 0.35:
                breaks = _short_breaks(rng, child, case, entered)
                return Care(child, breaks, is_uasc=False) if breaks else None
            is_uasc = age_at(child, entered) >= _YOUNGEST_ALONE and ethnicity not in _WHITE
        found = care_plans.period(rng, child, case, entered, is_uasc)
        found.is_volatile = rng.random() < (0.17 if age_at(child, entered) >= 9 else 0.09)
        if found.end - found.start >= 3:
            _chain(rng, child, found, is_uasc)
            fill(rng, child, found)
            periods.append(found)
            if found.reason in _FOR_GOOD:
                break
    return Care(child, periods, is_uasc) if periods else None


def _entry(rng: Random, child: Child, case: Episode, likely: float, after: int) -> int | None:
    """The day care begins in a case, if it does; ``likely`` multiplies the chance."""
    chance, delay, soon = rng.random(), rng.expovariate(1 / 130), rng.random()
    if case.course not in _ENTERING:
        return None
    start = clear(max(case.day, child.birth) + 2 + (rng.randrange(3) if soon < 0.25 else int(delay)))
    age = age_at(child, start)
    latest = min(case.closed, child.birth + 18 * days.YEAR - 20)
    if not max(after, case.day) <= start < latest:
        return None
    factor = next(factor for below, factor in _AGES if age < below) * (
        likely if age >= 15 or likely > 10 else 1
    )
    return start if chance < _ENTERING[case.course] * factor else None


def _short_breaks(rng: Random, child: Child, case: Episode, start: int) -> list[Period]:
    """Under one agreement for the whole series, or each stay for itself."""
    if rng.random() < 0.6:
        found = [care_plans.short_break(rng, child, case, start, rng.randrange(200, 900))]
    else:
        stays = range(start, start + rng.randrange(60, 700), rng.randrange(27, 60))
        found = [care_plans.short_break(rng, child, case, clear(day), rng.randrange(3, 7)) for day in stays]
    adult = child.birth + 18 * days.YEAR
    found = [each for each in found if each.start + 3 <= each.end <= adult]
    for each in found:
        _chain(rng, child, each, is_uasc=False)
    return found


def _chain(rng: Random, child: Child, found: Period, is_uasc: bool) -> None:
    """The spells of a period: a new one wherever its order or its place changes."""
    held = care_plans.orders(rng, child, found, is_uasc)
    moves = {day: (place, why, is_same) for day, place, why, is_same in places(rng, child, found)}
    statuses: dict[int, str] = {}
    for day, code in held:
        # An order made within days of a move is put down with it: no spell is shorter than that.
        near = min(moves, key=lambda each: abs(each - day))
        statuses[near if abs(near - day) < 4 else day] = code
    cuts = sorted({day for day in (*moves, *statuses) if found.start <= day <= found.end - 3})
    legal, place = statuses.get(found.start, held[0][1]), moves[found.start][0]
    for cut, following in zip(cuts, [*cuts[1:], found.end], strict=True):
        changed = statuses.get(cut, legal)
        rne = "S"
        if cut != found.start:
            is_moved, is_ordered = cut in moves, changed != legal
            if not is_moved and not is_ordered:
                continue
            is_same = is_moved and moves[cut][2]
            rne = {(True, False): "T" if is_same else "P", (True, True): "U" if is_same else "B"}.get(
                (is_moved, is_ordered), "L"
            )
            found.spells[-1].end = cut
            if is_moved:
                found.spells[-1].move = moves[cut][1]
        legal = changed
        place = _lawful(moves[cut][0], legal) if cut in moves else place
        found.spells.append(Spell(cut, following, rne, legal, place, "", rng.random()))
    found.spells[-1].end = found.end
    if found.spells[-1].place.kind[0] != "U":
        found.reason = _NOT_TO_FOSTER_CARERS.get(found.reason, found.reason)


def _lawful(place: Place, legal: str) -> Place:
    """The place, or a foster home where parents would have their own child by their own agreement."""
    return Place("U6", "PR1", place.number) if place.kind == "P1" and legal == "V2" else place
