"""What options say of files: whose they are, what they are about, and what was known when."""

import re
from datetime import UTC, datetime, time

from dagster_project.cli.terminal import stop
from dagster_project.dictionary import authorities, month_end, period_ending
from dagster_project.intake import Told


def told_by(la: str | None, year: str | None, month: str | None) -> Told:
    """What the options say of the files."""
    if la is not None and la not in authorities():
        stop(f"'{la}' is not the code of an authority, such as 302", 2)
    if year is not None and (year_ := period_ending(year)) is None:
        stop(f"'{year}' is not a collection year such as 2025 or 2024-25", 2)
    shown = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month) if month else None
    if month is not None and not shown:
        stop(f"'{month}' is not a month such as 2025-01", 2)
    given = {"la_code": la, "year": year, "month": month}
    return Told(
        la_code=la,
        year=year_ if year else None,
        month=month_end(int(shown[1]), int(shown[2])) if shown else None,
        given=frozenset(name for name, value in given.items() if value),
    )


def moment(text: str) -> datetime:
    """The moment that an option names: the end of a day, or a time in UTC if it says no other."""
    try:
        named = datetime.fromisoformat(text)
    except ValueError:
        stop(f"'{text}' is not a day such as 2026-03-31, nor a time such as 2026-03-31T12:00", 2)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        named = datetime.combine(named, time(23, 59, 59))
    named = named if named.tzinfo else named.replace(tzinfo=UTC)
    if named > datetime.now(UTC) and named.date() > datetime.now(UTC).date():
        stop(f"{text} is still to come; 'ncd release' without --as-of releases what is known now", 2)
    return named
