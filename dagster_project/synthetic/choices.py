"""Codes and other values chosen from the dictionary alone, the same way every time.

A choice hangs on the row's own ``dice``, a number between 0 and 1 drawn once, and not on a generator: the
same event reads alike in every census that shows it.
"""

import re
from bisect import bisect
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from typing import Any
from zlib import crc32

from dagster_project import dictionary
from dagster_project.dictionary import Field
from dagster_project.synthetic import days
from dagster_project.synthetic.census import Census

Maker = Callable[[Any, Census], str | None]

#: What is common: how often a code comes up against the others of its list, which count once. Which codes
#: there are is the dictionary's to say; one that it does not have is never chosen.
_COMMON: dict[str, dict[str, float]] = {
    "ethnicity": {"WBRI": 55, "WOTH": 5, "BAFR": 4, "APKN": 4, "MWBC": 4, "NOBT": 3},
    "cin_referral_source": {"6": 30, "2A": 20, "3E": 6, "5B": 8, "1A": 7, "8": 6, "5A": 5, "7": 4},
    "primary_need": {"N1": 55, "N5": 15, "N4": 10, "N2": 8, "N6": 3, "N9": 0.2, "N7": 0.5},
    "category_of_abuse": {"NEG": 48, "EMO": 38, "PHY": 8, "SAB": 4, "MUL": 2},
    "assessment_factor": {"3B": 30, "4B": 28, "17A": 20, "16A": 18, "3A": 14, "4A": 14, "2B": 12, "1B": 10},
    "cin_disability": {"LD": 8, "AUT": 8, "BEH": 6, "COMM": 4, "MOB": 3},
    "cin_reason_for_closure": {"RC7": 80, "RC5": 6, "RC3": 3, "RC4": 3},
}


def share(dice: float, salt: str) -> float:
    """A number from 0 up to 1 made from the row's dice; each ``salt`` gives another."""
    return dice * _factor(salt) % 1.0


@cache
def _factor(salt: str) -> int:
    return 10_007 + crc32(salt.encode()) % 900_001


def pick(code_list: str, since: int, year: int, part: float, without: frozenset[str] = frozenset()) -> str:
    """A code in force both in the year of the event and in the census's; failing that, in the census's."""
    known, weights = _scale(code_list, since, year, without)
    return known[bisect(weights, part * weights[-1], 0, len(known) - 1)]


@cache
def _scale(
    code_list: str, since: int, year: int, without: frozenset[str]
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    now = dictionary.codes(code_list, year) - without
    known = tuple(sorted(now & dictionary.codes(code_list, since) or now))
    common = _COMMON.get(code_list, {})
    return known, tuple(accumulate(common.get(code, 1) for code in known))


def several(code_list: str, row: Any, census: Census, most: int, without: frozenset[str]) -> list[str]:
    """Different codes of a list for one row, one to ``most``, in the order drawn."""
    since = days.year_of(row.day)
    number = 1 + int(share(row.dice, "how many") * most)
    drawn = (
        pick(code_list, since, census.year, share(row.dice, f"{code_list} {turn}"), without)
        for turn in range(number)
    )
    return list(dict.fromkeys(drawn))


def plausible(field: Field) -> Maker:
    """The maker for an element nobody has told anything about: a value by its kind and code list.

    What is required is always there; the rest is left out of three rows in ten.
    """
    make = _by_kind(field)
    if field.is_required:
        return make
    salt = f"{field.name} is there"
    return lambda row, census: make(row, census) if share(row.dice, salt) < 0.7 else None


def fixed(text: str | None) -> Maker:
    """The maker that always gives the same."""
    return lambda *_: text


def _by_kind(field: Field) -> Maker:
    name, code_list = field.name, field.code_list
    if code_list is not None:
        return lambda row, census: pick(code_list, days.year_of(row.day), census.year, share(row.dice, name))
    if field.kind in ("date", "datetime"):
        clock = "T09:00:00" if field.kind == "datetime" else ""
        # Each date some days after the one before it: what comes later in a form has mostly come later.
        place = [each.name for each in dictionary.fields(field.return_id, field.table)].index(name)
        return lambda row, census: _date(row.day + int((place + share(row.dice, name)) * 10), census, clock)
    if field.kind == "year":
        return lambda _, census: str(census.year)
    if field.kind in ("integer", "decimal", "number_or_symbol"):
        least = int(field.minimum or 0)
        span = int(field.maximum) - least if field.maximum is not None else 3
        return lambda row, _: str(least + int(share(row.dice, name) * (span + 1)))
    return fixed(_text(field))


def _date(day: int, census: Census, clock: str) -> str | None:
    return days.iso(day) + clock if census.knows(day) else None


def _text(field: Field) -> str | None:
    """The pattern itself where it says what the text must be; else the first stand-in that fits it."""
    if field.pattern is None:
        return "A"
    if re.escape(field.pattern) == field.pattern:
        return field.pattern
    return next((text for text in ("A", "001", "A001") if re.fullmatch(field.pattern, text)), None)
