"""A submission as the rules see it: typed tables in a DuckDB of its own, in memory."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import duckdb
import pyarrow as pa

from dagster_project.dictionary import Field, codes, fields, tables, year_ends
from dagster_project.dictionary.arrow import PLACE
from dagster_project.dictionary.reading import rows
from dagster_project.rules.days import calendar
from dagster_project.rules.loading import preparation

#: What is put before the names of last year's tables.
PREVIOUS = "previous_"

#: A view or table that rules share: its name, and the query it is of.
SHARED = re.compile(r"create\s+(?:view|table)\s+(\w+)\s+as\b(.*?)(?:;|\Z)", re.IGNORECASE | re.DOTALL)
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
#: There is no year 0000; DuckDB has one.
_ISO = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}"
_TYPED = {
    "date": (_ISO, "date"),
    "year": ("[0-9]{4}", "integer"),
    "integer": ("[+-]?[0-9]{1,15}", "bigint"),
    "decimal": (r"[+-]?[0-9]{1,15}(\.[0-9]+)?", "double"),
}


@dataclass(frozen=True)
class Asked:
    """What is to be checked: a return's tables in their normal form, with all that is known beside them.

    ``tables`` holds what was given; a table that is not among them was not sent. ``missing_columns`` names,
    as ``table.field``, the columns that a table should have and has not. ``is_xml`` says whether it came as
    XML. ``previous`` is last year's set, ``beside`` other returns of the same authority and year by their id,
    ``lists`` what rules need besides, by the name they need it under. ``period_end`` is the last day it is
    about; the end of its year where not given. ``is_pseudonymous`` says that pseudonyms stand in place of
    identifiers.
    """

    return_id: str
    la_code: str
    year: int
    tables: Mapping[str, pa.Table]
    missing_columns: frozenset[str] = frozenset()
    is_xml: bool = False
    previous: Mapping[str, pa.Table] | None = None
    lists: Mapping[str, pa.Table] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, pa.Table]] = field(default_factory=dict)
    period_end: date | None = None
    is_pseudonymous: bool = False


def loaded(asked: Asked, read: Collection[str] | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with every table of the return, last year's, the calendar, the codes and ``collection``.

    Of tables and views only those named in ``read``, where that is given.

    A table of another return stands under that one's id and its own name: ``ssda903_episodes``.

    Dates and numbers are typed, null where they cannot be read, and stand beside ``<Field>_sent``, the text
    as it was sent; all other fields are text without outer blanks, null where nothing is left. A table that
    was not given is there without a row.
    """
    connection = duckdb.connect(":memory:", config=_OFFLINE)
    for table in tables(asked.return_id):
        for prefix, given in (("", asked.tables), (PREVIOUS, asked.previous or {})):
            if read is None or prefix + table.name in read:
                _put(connection, prefix + table.name, asked.return_id, table.name, given.get(table.name))
    for return_id, given in asked.beside.items():  # what needs others will not run
        for table in tables(return_id):
            _put(connection, f"{return_id}_{table.name}", return_id, table.name, given.get(table.name))
    for name, content in asked.lists.items():
        _create(connection, name, content)
    _put_collection(connection, asked)
    for statement in connection.extract_statements(preparation(asked.return_id)):
        shared = SHARED.search(statement.query)
        if read is not None and shared and shared[1] not in read:
            continue
        with suppress(duckdb.Error):  # then each rule that reads it says that it could not run
            connection.execute(statement)
    return connection


def _put(
    connection: duckdb.DuckDBPyConnection, name: str, return_id: str, table: str, given: pa.Table | None
) -> None:
    columns = [*((place, "integer", place) for place, _ in PLACE)]
    columns += [column for each in fields(return_id, table) for column in _columns(each)]
    if given is None or not given.num_rows:
        declared = ", ".join(f'"{column}" {kind}' for column, kind, _ in columns)
        connection.execute(f"create table {name} ({declared})")
    else:
        _create(connection, name, given, ", ".join(f'{value} as "{column}"' for column, _, value in columns))


def _columns(of: Field) -> Iterator[tuple[str, str, str]]:
    """Name, type and expression of each column that a field becomes."""
    text = f"nullif(trim(\"{of.name}\"), '')"
    if of.kind not in _TYPED:
        yield of.name, "varchar", text
        return
    shape, kind = _TYPED[of.kind]
    yield of.name, kind, f"try_cast(case when regexp_full_match({text}, '{shape}') then {text} end as {kind})"
    yield f"{of.name}_sent", "varchar", text


def _put_collection(connection: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """What the rules know beside the return: year, form, codes of the year, authorities, the calendar."""
    end = asked.period_end or date(asked.year, *year_ends(asked.return_id))
    connection.execute(
        "create table collection as select $1::integer as collection_year,"
        " ($2::date - interval 1 year + interval 1 day)::date as period_start, $2::date as period_end,"
        " $3::varchar as la_code, $4::boolean as is_xml",
        [asked.year, end, asked.la_code, asked.is_xml],
    )
    _create(connection, "code", _valid_codes(asked.year))
    _create(connection, "area", _authorities())
    _create(connection, "calendar", calendar(asked.year))
    connection.execute(
        "create table working_day as"
        " select day, working_days::integer as number from calendar where is_working"
    )


@cache
def _valid_codes(year: int) -> pa.Table:
    lists = sorted({row["code_list"] for row in rows("codes/code.csv")})
    valid = [(name, code) for name in lists for code in sorted(codes(name, year))]
    return pa.Table.from_pylist([dict(zip(("code_list", "code"), each, strict=True)) for each in valid])


@cache
def _authorities() -> pa.Table:
    """The code of every authority, closed ones too, and the ONS's code for it, null where it has none."""
    known = [row for row in rows("geography/area.csv") if row["geographic_level"] == "Local authority"]
    return pa.table(
        {name: [row[name] or None for row in known] for name in ("area_code", "area_code_ons")},
        schema=pa.schema([("area_code", pa.string()), ("area_code_ons", pa.string())]),
    )


def _create(connection: duckdb.DuckDBPyConnection, name: str, content: pa.Table, columns: str = "*") -> None:
    connection.register("given", content)
    connection.execute(f'create table "{name}" as select {columns} from given')
    connection.unregister("given")
