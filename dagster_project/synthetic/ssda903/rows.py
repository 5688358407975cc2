"""The rows of a looked-after children return of a child: current in the year, and as known at its end.

Which fields there are, in what order and in which years, is the dictionary's alone. One that is not named
here gets a plausible value by its kind, so a new year is rows in the dictionary.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from dagster_project import dictionary
from dagster_project.dictionary import Field
from dagster_project.synthetic.care.lives import Care
from dagster_project.synthetic.care.views import is_shown, leaver_age
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import Maker, plausible, share
from dagster_project.synthetic.ssda903 import values

_RETURN = "ssda903"

#: A row as sent: text by field, None where nothing is sent.
Row = dict[str, str | None]


class _Seed(NamedTuple):
    """What a value is drawn from that nobody has told anything about."""

    day: int
    dice: float


@cache
def tables(year: int, has_paths: bool = False) -> dict[str, tuple[Field, ...]]:
    """The fields of each table that is collected in a year, in the dictionary's order.

    Args:
        year: The year, by its ending.
        has_paths: Whether for the XML, to which only what has a path belongs.
    """
    found = {}
    for table in dictionary.tables(_RETURN):
        own = dictionary.fields(_RETURN, table.name, year)
        own = tuple(each for each in own if (each.path if has_paths else not each.is_xml_only))
        if own:
            found[table.name] = own
    return found


def rows(care: Care, census: Census, has_paths: bool = False) -> dict[str, list[Row]]:
    """The child's rows by table; empty for a child who is not in the return."""
    if not is_shown(care, census) and leaver_age(care, census) is None:
        return {}
    shared = values.child(care, census)
    found = {}
    for name, fields in tables(census.year, has_paths).items():
        make: Callable[[Care, Census], Iterator[dict[str, Any]]] = values.ROWS.get(name, values.seldom)
        found[name] = [
            {field.name: _text(field, shared | own, number, care, census) for field in fields}
            for number, own in enumerate(make(care, census))
        ]
    return found


def _text(field: Field, known: dict[str, Any], number: int, care: Care, census: Census) -> str | None:
    if field.name in known:
        value = known[field.name]
        if isinstance(value, int):
            return date.fromordinal(value).strftime("%d/%m/%Y") if field.kind == "date" else str(value)
        return None if value is None else str(value)
    seed = _Seed(care.child.day, share(care.child.dice, f"{field.table} {number}"))
    text = _maker(field)(seed, census)
    if text and field.kind == "date":
        return date.fromisoformat(text).strftime("%d/%m/%Y")
    return text


@cache
def _maker(field: Field) -> Maker:
    return plausible(field)
