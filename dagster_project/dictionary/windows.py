"""When a return is open and due: the dates that are known, else those of other years, and which it is."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from dagster_project.dictionary.reading import collection, rows
from dagster_project.dictionary.years import month_end, year_name

_SEED = "dictionary/collection_window.csv"
_MONTHS = {date(2000, month, 1).strftime("%B"): month for month in range(1, 13)}
_DAY = re.compile(r"\b(\d{1,2}|end) (" + "|".join(_MONTHS) + r")\b")


@dataclass(frozen=True)
class Window:
    """When one year of a return may be sent. ``caution`` says why its dates are not certain, or nothing."""

    return_id: str
    year: int
    period_end: date
    opens: date | None
    due: date | None
    caution: str


def window(return_id: str, year: int) -> Window | None:
    """The window of a return's collection year, None where nothing at all is known of it.

    A date that is only known of other years is the same day of this one; of a span of days, the last.

    Raises:
        KeyError: the return is not known.
    """
    known = {row["collection_year"]: row for row in rows(_SEED) if row["return_id"] == return_id}
    row = known.get(year_name(year)) or known.get("other years") or known.get("all")
    if row is None:
        return None
    period_end = date(year, *collection(return_id).year_ends)
    due = row["submit_by"] or row["closes"]
    is_dated = row["collection_year"] == year_name(year)
    caution = row["caution"] or ("" if is_dated else "as in other years")
    return Window(return_id, year, period_end, _day(row["opens"], period_end), _day(due, period_end), caution)


def _day(text: str, after: date) -> date | None:
    """The date that ``text`` writes; or the last day of the year in it, the first time after a period."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    found = _DAY.findall(text)
    if not found:
        return None
    day, month = found[-1][0], _MONTHS[found[-1][1]]
    for year in (after.year, after.year + 1):
        named = month_end(year, month) if day == "end" else date(year, month, int(day))
        if named > after:
            return named
    return None
