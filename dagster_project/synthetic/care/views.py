"""What a year sees of a time in care: the one place where a return and its truth agree on who counts."""

from itertools import pairwise

from dagster_project.synthetic import days
from dagster_project.synthetic.care.lives import Care, Period, Spell, age_at, birthday
from dagster_project.synthetic.census import Census

_MONTHS_30 = 182  # days from 1 April to 30 September, thirty months before a 31 March


def is_shown(care: Care, census: Census) -> bool:
    """Whether the child was in care at some time in the year."""
    return bool(periods(care, census))


def periods(care: Care, census: Census) -> list[Period]:
    """The periods of care that ran at some time in the year."""
    return [each for each in care.periods if each.start <= census.end and each.end >= census.start]


def spells(period: Period, census: Census) -> list[Spell]:
    """The spells that ran at some time in the year."""
    return [each for each in period.spells if each.day <= census.end and each.end >= census.start]


def current(care: Care, census: Census) -> Period | None:
    """The period of care that is open on 31 March, short breaks left out."""
    return next(
        (each for each in care.periods if each.start <= census.end < each.end and not each.is_short_break),
        None,
    )


def leaver_age(care: Care, census: Census) -> int | None:
    """The age, 17 to 21, that a care leaver turned in the year; None for anyone else.

    Care leavers were in care for thirteen weeks after their 14th birthday, some of that after the 16th, and
    had left it before their birthday of the year. Of those under 20 it must show in this or last year's
    return: who went home earlier is not followed. Nor is who went to another authority.
    """
    child, left = care.child, care.periods[-1]
    if left.is_short_break or left.reason == "E3" or child.death is not None:
        return None
    age = age_at(child, census.end)
    turned = birthday(child, age) if age >= 17 else 0
    if not (17 <= age <= 21 and census.covers(turned) and birthday(child, 16) < left.end < turned):
        return None
    since = days.window(census.year - 1)[0] if age < 20 else 0
    fourteen, seen = birthday(child, 14), [spell for each in care.periods for spell in each.spells]
    held = sum(max(0, each.end - max(each.day, fourteen)) for each in seen if each.end >= since)
    return age if left.end >= since and held >= 91 else None


def placements(care: Care, census: Census) -> list[tuple[int, int, str]]:
    """First day, last day and kind of each placement up to the end of the year.

    A new legal status, or adoption by the same carer, is no new placement.
    """
    found: list[tuple[int, int, str]] = []
    for spell in (spell for period in care.periods for spell in period.spells):
        if spell.day > census.end:
            break
        if spell.is_move or not found:
            found.append((spell.day, spell.end, spell.place.kind))
        else:
            found[-1] = (found[-1][0], spell.end, spell.place.kind)
    return found


def is_long_term(care: Care, period: Period, census: Census) -> bool:
    """Whether under 16 and in care for two and a half years on 31 March."""
    start = days.window(census.year - 3)[1] + 1 + _MONTHS_30
    return age_at(care.child, census.end) < 16 and period.start <= start


def is_settled(care: Care, census: Census) -> bool:
    """Whether in the same placement for two years; one for adoption counts with that before it."""
    held = placements(care, census)
    since = held[-1][0]
    if held[-1][2].startswith("A"):
        since = next((before[0] for before, after in pairwise(held) if after is held[-1]), since)
    return since <= days.window(census.year - 2)[1]
