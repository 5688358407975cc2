"""Codes for the looked-after children return: never one that the year does not know."""

from bisect import bisect
from collections.abc import Callable
from functools import cache
from itertools import accumulate

from dagster_project import dictionary
from dagster_project.synthetic import days
from dagster_project.synthetic.care.lives import Period
from dagster_project.synthetic.care.places import CODES
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import pick, share
from dagster_project.synthetic.cin import values as cin_values
from dagster_project.synthetic.lives import Child, Episode

_SGO_BEFORE_2019 = {"E45": "E43", "E46": "E43", "E47": "E44", "E48": "E44"}


@cache
def ethnicity_of() -> Callable[[Child, Census], str | None]:
    """What gives a child's ethnicity: the census's own rule, so that both returns agree."""
    (field,) = (each for each in dictionary.fields("cin", "child") if each.name == "Ethnicity")
    return cin_values.maker(field)


def in_force(code_list: str, year: int, *preferred: str) -> str:
    """The first of the codes that a year knows.

    Raises:
        KeyError: it knows none.
    """
    known = dictionary.codes(code_list, year)
    for code in preferred:
        if code in known:
            return code
    raise KeyError(f"{code_list} knows none of {preferred} in {dictionary.year_name(year)}")


def place_code(kind: str, year: int) -> str:
    """The code of a kind of placement in a year."""
    return in_force("placement_type", year, *CODES.get(kind, (kind,)))


def weighted(code_list: str, year: int, part: float, common: dict[str, float]) -> str:
    """One of the codes given with how common they are; those that the year does not know are left out."""
    known = dictionary.codes(code_list, year)
    held = {code: weight for code, weight in common.items() if code in known}
    if not held:
        return pick(code_list, year, year, part)
    scale = list(accumulate(held.values()))
    return list(held)[bisect(scale, part * scale[-1], 0, len(held) - 1)]


def need_code(case: Episode, year: int) -> str:
    """The category of need: the case's primary need in the census, where the list has it."""
    since = days.year_of(case.day)
    need = pick("primary_need", since, year, share(case.dice, "PrimaryNeedCode"))
    return in_force("ssda903_category_of_need", year, need, "N1")


def reason_code(period: Period, year: int) -> str:
    """Why a period ended, in the codes of the year it ended in."""
    return in_force(
        "reason_episode_ceased", year, period.reason, _SGO_BEFORE_2019.get(period.reason, "E8"), "E8"
    )


def postcode(number: int) -> str:
    """A postcode of an area that does not exist."""
    return f"ZY{1 + number // 60} {number % 10}{'ABDEFGHJ'[number % 8]}{'LNPQRSTU'[number // 8 % 8]}"
