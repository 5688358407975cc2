"""Days as ordinal numbers: arithmetic on whole numbers is what keeps tens of thousands of lives quick."""

from datetime import date
from functools import cache

YEAR = 365


@cache
def iso(day: int) -> str:
    """The day as ISO text."""
    return date.fromordinal(day).isoformat()


@cache
def window(year: int) -> tuple[int, int]:
    """The first and last day of the collection year ending in ``year``: 1 April to 31 March."""
    return date(year - 1, 4, 1).toordinal(), date(year, 3, 31).toordinal()


@cache
def year_of(day: int) -> int:
    """The collection year, by its ending, that a day falls in."""
    found = date.fromordinal(day)
    return found.year + (found.month > 3)


@cache
def year_before(day: int) -> int:
    """The same day twelve calendar months earlier; 29 February gives 28 February."""
    found = date.fromordinal(day)
    leap_day = (found.month, found.day) == (2, 29)
    return date(found.year - 1, found.month, 28 if leap_day else found.day).toordinal()


@cache
def years_after(day: int, years: int) -> int:
    """The same day so many years later; 29 February gives 28 February."""
    found = date.fromordinal(day)
    leap_day = (found.month, found.day) == (2, 29)
    return date(found.year + years, found.month, 28 if leap_day else found.day).toordinal()


def weekday(day: int) -> int:
    """Monday is 0, Sunday is 6."""
    return (day + 6) % 7


def add_working_days(day: int, number: int) -> int:
    """The ``number``-th Monday-to-Friday after ``day``, counted from one.

    Bank holidays are left out: made-up lives need a plausible pace, not a legal deadline.
    """
    weeks, rest = divmod(number, 5)
    day += 7 * weeks - max(0, weekday(day) - 4)
    while rest:
        day += 1
        rest -= weekday(day) < 5
    return day
