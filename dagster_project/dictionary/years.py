"""Collection years: written ``2013-14`` for people, held as the year they end in (2014) for arithmetic."""

import re
from calendar import monthrange
from datetime import date

_NAME = re.compile(r"(\d{4})-(\d{2})")


def year_ending(name: str) -> int:
    """The year that ``name`` ends in: ``2013-14`` gives 2014, ``1999-00`` gives 2000.

    Raises:
        ValueError: not two consecutive years.
    """
    found = _NAME.fullmatch(name)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"'{name}' is not a collection year such as 2013-14")
    return int(found[1]) + 1


def period_ending(text: str) -> int | None:
    """The year that a published period ends in: ``2024``, ``202425``, ``2013-14``, ``2013/14``, ``2015-06``.

    A month gives the year to 31 March that it lies in. None where no period can be read.
    """
    found = re.fullmatch(r"(\d{4})(?:\.0)?(?:[-/]?(\d{2}))?", text)
    if not found:
        return None
    year, rest = int(found[1]), found[2]
    if rest is None:
        return year
    if (year + 1) % 100 == int(rest):
        return year + 1
    if "-" in text and 1 <= int(rest) <= 12:
        return year_of(date(year, int(rest), 1), (3, 31))
    return None


def year_of(day: date, year_ends: tuple[int, int]) -> int:
    """The collection year that ``day`` lies in, by its ending, where years end on that month and day."""
    return day.year + ((day.month, day.day) > year_ends)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def year_name(ending: int) -> str:
    """The collection year that ends in ``ending``: 2014 gives ``2013-14``."""
    return f"{ending - 1}-{ending % 100:02d}"


def is_in_force(first: int | None, last: int | None, year: int | None) -> bool:
    """Whether what is valid from ``first`` to ``last`` holds in ``year``; an open end, or no year, holds."""
    return year is None or ((first is None or first <= year) and (last is None or year <= last))
