"""Dates as returns write them: ISO, ISO with a time of day, or day first as in 03/06/2024 (3 June)."""

import re
from datetime import date, datetime

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_WITH_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def date_in(text: str) -> date | None:
    """The date that ``text`` writes, or None where it cannot be read; never month first."""
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if _is_with_time(text):
            return date.fromisoformat(text[:10])
    except ValueError:  # the right shape, but no such day: 30 February
        pass
    return None


def datetime_in(text: str) -> str | None:
    """``text`` as an ISO moment, or as an ISO date where it names no time; None where it cannot be read."""
    if _is_with_time(text):
        return text.replace(" ", "T")
    day = date_in(text)
    return day.isoformat() if day else None


def _is_with_time(text: str) -> bool:
    if not _ISO_WITH_TIME.fullmatch(text):
        return False
    try:
        # the time alone: fromisoformat knows no fraction of another length than 3 or 6
        datetime.fromisoformat(re.sub(r"\.[0-9]+", "", text))
    except ValueError:
        return False
    return True
