"""The working days of England: neither Saturday nor Sunday nor a bank holiday."""

from datetime import date, timedelta
from functools import cache

import holidays
import pyarrow as pa

#: How far back and ahead of a collection year its rules may count.
_YEARS_BACK, _YEARS_AHEAD = 27, 2


@cache
def calendar(year: int) -> pa.Table:
    """One row per day around a collection year: ``day``, ``working_days``, ``is_working``.

    ``working_days`` is the number of working days from the first day of the table up to and including that
    day, so that a difference of two counts the working days between them. ``year`` is the one it ends in.
    """
    span = range(year - _YEARS_BACK, year + _YEARS_AHEAD + 1)
    bank_holidays = holidays.country_holidays("GB", subdiv="ENG", years=span)
    day, last = date(span[0], 1, 1), date(span[-1], 12, 31)
    days, counts, working = [], [], []
    count = 0
    while day <= last:
        is_working = day.weekday() < 5 and day not in bank_holidays
        count += is_working
        days.append(day)
        counts.append(count)
        working.append(is_working)
        day += timedelta(days=1)
    return pa.table({"day": days, "working_days": counts, "is_working": working})
