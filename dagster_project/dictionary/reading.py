"""The dictionary's tables as Python values, read once per process."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from dagster_project.dictionary.years import is_in_force, year_ending
from dagster_project.settings import SEEDS

#: The code under which a publication about the whole country is kept.
ENGLAND = "ENG"


@dataclass(frozen=True)
class Collection:
    """A return, or a publication taken in like one.

    ``sender`` is ``authority``, or ``publisher`` where one file is about the whole country. ``period`` says
    what a later file replaces: that of the same ``year``, of the same ``month``, or simply the ``latest``.
    ``period_from`` says how the period is known: from ``content``; ``told`` by the command or the names of
    file and folder; the ``newest_period`` or the ``newest_date`` that its rows are about.
    """

    return_id: str
    title: str
    sender: str
    period: str
    period_from: str
    year_ends: tuple[int, int]


@dataclass(frozen=True)
class Table:
    """A table of a return.

    ``path`` is the XML element that opens one row; ``parent`` the table whose rows it sits in. With
    ``keeps_empty`` the element around its rows counts as one row without a value where it holds none.
    """

    return_id: str
    name: str
    parent: str | None
    path: str
    grain: str
    keeps_empty: bool


@dataclass(frozen=True)
class Field:
    """A field of a table, as its return's own guide names it.

    ``path`` is where it stands in the file. A path outside the table's own means that the value is taken
    over from the row above (a child's id on each of the child's events). ``identifier`` names the domain in
    which the value is pseudonymised (child, upn, worker), or is ``postcode`` where only the outward part is
    kept, or None. ``is_key`` marks the fields that together tell the rows of a table apart, ``is_xml_only``
    one that the CSV form of its return has not, ``tells_year`` a date that lies in the year the return is
    about. Years are the ones they end in; None is open.
    """

    return_id: str
    table: str
    name: str
    path: str
    kind: str  # text, code, date, datetime, period, year, integer, decimal, yes_no, number_or_symbol
    code_list: str | None
    pattern: str | None
    minimum: float | None
    maximum: float | None
    is_required: bool
    is_repeating: bool
    is_key: bool
    is_xml_only: bool
    tells_year: bool
    identifier: str | None
    first_year: int | None
    last_year: int | None


@cache
def returns() -> tuple[str, ...]:
    """The ids of all returns: ``cin``, ``ssda903`` ..."""
    return tuple(row["return_id"] for row in rows("dictionary/collection.csv"))


@cache
def collection(return_id: str) -> Collection:
    """What the dictionary says of a return as a whole.

    Raises:
        KeyError: the return is not known.
    """
    for row in _of(return_id, "dictionary/collection.csv"):
        month, day = row["year_ends"].split("-")
        return Collection(
            return_id,
            row["title"],
            row["sender"],
            row["period"],
            row["period_from"],
            (int(month), int(day)),
        )
    raise KeyError(f"seeds/dictionary/collection.csv has no '{return_id}'")


@cache
def tables(return_id: str) -> tuple[Table, ...]:
    """The tables of a return, in the order its guide gives them; empty where the return is not known."""
    return tuple(
        Table(
            row["return_id"],
            row["table_name"],
            row["parent_table"] or None,
            row["path"],
            row["grain"],
            row["keeps_empty"] == "true",
        )
        for row in _of(return_id, "dictionary/collection_table.csv")
    )


@cache
def fields(return_id: str, table: str, year: int | None = None) -> tuple[Field, ...]:
    """The fields of a table in their order; with ``year``, only those collected in the year ending then."""
    return tuple(
        field
        for field in _fields()
        if (field.return_id, field.table) == (return_id, table)
        and is_in_force(field.first_year, field.last_year, year)
    )


@cache
def field_taken_over(field: Field) -> Field | None:
    """The field of a table above that ``field`` takes its value from; None where it has its own."""
    by_name = {table.name: table for table in tables(field.return_id)}
    table = by_name[field.table]
    if table.path != _path_above(table) and f"{field.path}/".startswith(f"{table.path}/"):
        return None
    while table.parent:
        table = by_name[table.parent]
        for candidate in fields(field.return_id, table.name):
            if candidate.path == field.path and not field_taken_over(candidate):
                return candidate
    return None


def _path_above(table: Table) -> str | None:
    above = (each.path for each in tables(table.return_id) if each.name == table.parent)
    return next(above, None)


@cache
def years(return_id: str) -> range:
    """The years a return is described for, by the year they end in; empty where it has no first year.

    The last is the latest that any of its fields or collection windows names, so that a year in which no
    field changes is added by its window alone.
    """
    own = next(_of(return_id, "dictionary/collection.csv"), None)
    if own is None or not own["first_year"]:
        return range(0)
    first = own["first_year"]
    named = {year_ending(first), year_ending(own["last_year"] or first)}
    named |= {
        year
        for field in _fields()
        if field.return_id == return_id
        for year in (field.first_year, field.last_year)
        if year
    }
    for row in _of(return_id, "dictionary/collection_window.csv"):
        with suppress(ValueError):  # 'other years' and 'all' name no year
            named.add(year_ending(row["collection_year"]))
    return range(year_ending(first), max(named) + 1)


def year_ends(return_id: str) -> tuple[int, int]:
    """Month and day on which a return's year ends: (3, 31) for the CIN census.

    Raises:
        KeyError: the return is not known.
    """
    return collection(return_id).year_ends


@cache
def codes(code_list: str, year: int | None = None) -> frozenset[str]:
    """The codes of a list; with ``year``, only those accepted in the year ending then.

    Raises:
        KeyError: there is no such list.
    """
    found = [row for row in rows("codes/code.csv") if row["code_list"] == code_list]
    if not found:
        raise KeyError(f"seeds/codes/code.csv has no code list '{code_list}'")
    return frozenset(
        row["code"] for row in found if is_in_force(_year(row["first_year"]), _year(row["last_year"]), year)
    )


@cache
def authorities() -> dict[str, str]:
    """The name of each authority that may send a return, by its three-digit code; fictional ones included."""
    return {
        row["area_code"]: row["area_name"]
        for row in rows("geography/area.csv")
        if row["geographic_level"] == "Local authority" and row["is_joint_return"] == "false"
    }


def area_name(la_code: str) -> str:
    """The name of an authority, or of England for what is sent for the whole country."""
    return {**authorities(), ENGLAND: "England"}[la_code]


@cache
def fictional_authorities() -> dict[str, str]:
    """Those of the authorities that do not exist: made-up returns belong to them and to no others."""
    return {
        row["area_code"]: row["area_name"]
        for row in rows("geography/area.csv")
        if row["is_fictional"] == "true" and row["area_code"] in authorities()
    }


@cache
def _fields() -> tuple[Field, ...]:
    return tuple(
        Field(
            return_id=row["return_id"],
            table=row["table_name"],
            name=row["field"],
            path=row["path"],
            kind=row["kind"],
            code_list=row["code_list"] or None,
            pattern=row["pattern"] or None,
            minimum=float(row["minimum"]) if row["minimum"] else None,
            maximum=float(row["maximum"]) if row["maximum"] else None,
            is_required=row["is_required"] == "true",
            is_repeating=row["is_repeating"] == "true",
            is_key=row["is_key"] == "true",
            is_xml_only=row["is_xml_only"] == "true",
            tells_year=row["tells_year"] == "true",
            identifier=row["identifier"] or None,
            first_year=_year(row["first_year"]),
            last_year=_year(row["last_year"]),
        )
        for row in rows("dictionary/field.csv")
    )


def _of(return_id: str, path: str) -> Iterator[dict[str, str]]:
    return (row for row in rows(path) if row["return_id"] == return_id)


def _year(name: str) -> int | None:
    return year_ending(name) if name else None


@cache
def rows(path: str) -> tuple[dict[str, str], ...]:
    """The rows of a table under ``seeds/``, read once per process."""
    with (SEEDS / path).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
