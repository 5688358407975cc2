"""What is known of a file besides what it holds: whose it is and what it is about.

Some returns say neither. Then the command, the names of the file and its folders, or ``ncd.toml`` must.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from dagster_project.dictionary import authorities, month_end

T = TypeVar("T")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(r"(?<!\d)(20\d\d)[-_. ]?(0[1-9]|1[0-2])[-_. ]?([0-2]\d|3[01])(?!\d)")
_TWO_YEARS = re.compile(r"(?<!\d)(20\d\d)[-_/ ]?(?:20)?(\d\d)(?!\d)")
_ONE_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_AUTHORITY = re.compile(r"(?<![0-9A-Za-z])(\d{3})(?![0-9A-Za-z])")
_MONTH = re.compile(r"(?<!\d)(20\d\d)[-_. ](0[1-9]|1[0-2])(?!\d)")
_NAMED_MONTH = re.compile(r"([a-z]{3})[a-z]*[-_. ]*(20\d\d)|(20\d\d)[-_. ]*([a-z]{3})[a-z]*", re.IGNORECASE)


@dataclass(frozen=True)
class Extract:
    """A local extract as ``ncd.toml`` declares it.

    ``columns`` gives the field for each of its headings, ``values`` for a field the code for each of its
    values, and ``date_format`` how it writes dates, in the letters of ``strptime``, where that is neither ISO
    nor day first.
    """

    name: str
    table: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_format: str | None = None


@dataclass(frozen=True)
class Told:
    """What is said of a file outside it; None where nothing is.

    ``year`` is the one a collection year ends in, ``month`` the last day of a month, ``published`` the day a
    publication is of. ``given`` names those that the command gave: they outweigh what the content suggests.
    ``contradicted`` names those of which the names say otherwise. ``default_la`` is the authority of a file
    of which nothing else says whose it is.
    """

    la_code: str | None = None
    year: int | None = None
    month: date | None = None
    published: date | None = None
    given: frozenset[str] = frozenset()
    contradicted: frozenset[str] = frozenset()
    default_la: str | None = None
    extracts: tuple[Extract, ...] = ()

    def or_else(self, other: "Told") -> "Told":
        """This, with what it lacks taken from ``other``."""
        return replace(
            self,
            la_code=self.la_code or other.la_code,
            year=self.year or other.year,
            month=self.month or other.month,
            published=self.published or other.published,
            default_la=self.default_la or other.default_la,
            extracts=self.extracts or other.extracts,
        )


NOTHING_TOLD = Told()


def told_by(names: Sequence[str]) -> Told:
    """What the names of a file and the folders above it say, the file's own name given last.

    The nearest name that says a thing counts. A name with two authorities, or two years, says neither. A
    folder called by nothing but an authority's code outweighs a number below it, which may count files.
    """
    told = Told(la_code=next((name for name in reversed(names[:-1]) if name in authorities()), None))
    for name in reversed(names):
        told = told.or_else(
            Told(
                la_code=_only([code for code in _AUTHORITY.findall(_spaced(name)) if code in authorities()]),
                year=_only(_years_in(name)),
                month=_only(_months_in(name)),
                published=_only(_days_in(name)),
            )
        )
    return told


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _years_in(name: str) -> list[int]:
    """The years that a name says: 2024-25, 2024_25, 202425 and 2024-2025 give 2025; 2025 gives 2025."""
    rest = _DAY.sub(" ", name)
    found = [
        int(first) + 1 for first, last in _TWO_YEARS.findall(rest) if (int(first) + 1) % 100 == int(last)
    ]
    if found:
        return found
    return [int(year) for year in _ONE_YEAR.findall(rest)]


def _months_in(name: str) -> list[date]:
    """The months that a name says: 2024-01, 2024_Jan and January 2024 give 31 January 2024."""
    found = [month_end(day.year, day.month) for day in _days_in(name)]
    if not found:
        found = [month_end(int(year), int(month)) for year, month in _MONTH.findall(name)]
    for word, year, other_year, other_word in _NAMED_MONTH.findall(name):
        letters = (word or other_word).lower()
        if letters in _MONTHS:
            found.append(month_end(int(year or other_year), _MONTHS.index(letters) + 1))
    return found


def _days_in(name: str) -> list[date]:
    found = []
    for year, month, day in _DAY.findall(name):
        if int(day) and int(day) <= month_end(int(year), int(month)).day:
            found.append(date(int(year), int(month), int(day)))
    return found


def _only(found: list[T]) -> T | None:
    return found[0] if len(set(found)) == 1 else None
