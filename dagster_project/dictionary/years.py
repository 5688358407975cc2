"""Collection years: written ``2013-14`` for people, held as the year they end in (2014) for arithmetic."""

import re

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


def year_name(ending: int) -> str:
    """The collection year that ends in ``ending``: 2014 gives ``2013-14``."""
    return f"{ending - 1}-{ending % 100:02d}"


def is_in_force(first: int | None, last: int | None, year: int | None) -> bool:
    """Whether what is valid from ``first`` to ``last`` holds in ``year``; an open end, or no year, holds."""
    return year is None or ((first is None or first <= year) and (last is None or year <= last))
