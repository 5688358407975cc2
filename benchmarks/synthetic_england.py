"""A made-up England of raw submissions, written as intake leaves them and not through its readers.

Every authority of today sends twelve years of the children in need census and of SSDA903, and nine of the
workforce census. The codes are those of real authorities, since outcomes are worked out for known areas
alone; the rows are drawn from a seed. So a workspace made here is for measuring, never for releasing.

Tables that no model reads are there and empty. As in life, a case stands in every census until it closes,
three referrals in ten follow another within a year, and some episodes of care are sent without the day they
ended. What the rows are drawn from is in ``england/``.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project import dictionary
from dagster_project.dictionary import arrow
from dagster_project.dictionary.reading import rows
from dagster_project.intake import moment
from dagster_project.intake.commit import commit
from dagster_project.intake.identifiers import NOTHING_FOUND
from dagster_project.returns import Reading

SEED = 20131
YEARS = {"cin": range(2014, 2026), "ssda903": range(2014, 2026), "csww": range(2017, 2026)}
#: They wait for the disk most of the time.
_WRITERS = 16
_SQL = Path(__file__).parent / "england"


def write(raw: Path, scale: float) -> dict[str, int]:
    """Write England under ``raw``; how many rows each table got, by ``return_table``.

    Args:
        raw: the folder ``raw`` of a workspace that has none.
        scale: 1 for as many children and workers as England has; every authority is there at any scale.
    """
    written: dict[str, int] = {}
    with (
        duckdb.connect(config={"memory_limit": "6GB"}) as connection,
        ThreadPoolExecutor(_WRITERS) as writers,
    ):
        connection.execute(f"set variable seed = {SEED}; set variable scale = {scale}")
        connection.execute("create table authority (la_code varchar)")
        connection.executemany("insert into authority values (?)", [[code] for code in authorities()])
        connection.execute((_SQL / "lives.sql").read_text(encoding="utf-8"))
        for return_id, years in YEARS.items():
            for year in years:
                national = _tables(connection, return_id, year)
                for name, table in national.items():
                    written[f"{return_id}_{name}"] = written.get(f"{return_id}_{name}", 0) + table.num_rows
                list(writers.map(lambda each: _commit(raw, each), _readings(return_id, year, national)))
    return written


def authorities() -> list[str]:
    """The codes of the authorities there are today: 153."""
    return [
        row["area_code"]
        for row in rows("geography/area.csv")
        if row["geographic_level"] == "Local authority"
        and not row["close_date"]
        and row["is_joint_return"] == row["is_fictional"] == "false"
    ]


def _tables(connection: duckdb.DuckDBPyConnection, return_id: str, year: int) -> dict[str, pa.Table]:
    """The tables of a return's year, all authorities together, in their order.

    Each statement of the return's SQL makes one as ``out_<table>``, after what the statements share.
    """
    last = _period_end(return_id, year)
    connection.execute(f"set variable last = date '{last}'; set variable year = {year}")
    connection.execute(f"set variable first = date '{last.replace(year=year - 1)}' + 1")
    connection.execute((_SQL / f"{return_id}.sql").read_text(encoding="utf-8"))
    made = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    found = {}
    for table in dictionary.tables(return_id):
        # a table that came with a later year is in no file of an earlier one
        if not dictionary.fields(return_id, table.name, year):
            continue
        name = f"out_{table.name}"
        if name in made:
            found[table.name] = connection.execute(
                f"from {name} order by la_code, row_number"
            ).to_arrow_table()
        else:
            found[table.name] = pa.schema([("la_code", pa.string())]).empty_table()
    return found


def _readings(return_id: str, year: int, national: dict[str, pa.Table]) -> Iterator[Reading]:
    """Each authority's own part of the national tables, as its reader would have given it."""
    whole = {name: _as_read(return_id, name, table) for name, table in national.items()}
    parts = {name: _places(table["la_code"]) for name, table in national.items()}
    for la_code in authorities():
        yield Reading(
            return_id=return_id,
            la_code=la_code,
            collection_year=year,
            period_end=_period_end(return_id, year),
            sent_at=f"{year}-06-14T09:30:00",
            tables={name: table.slice(*parts[name].get(la_code, (0, 0))) for name, table in whole.items()},
            notices=arrow.VIOLATION.empty_table(),
        )


def _period_end(return_id: str, year: int) -> date:
    return date(year, *dictionary.year_ends(return_id))


def _as_read(return_id: str, name: str, table: pa.Table) -> pa.Table:
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in arrow.as_read(return_id, name)
    ]
    return pa.table(columns, schema=arrow.as_read(return_id, name))


def _places(la_codes: pa.ChunkedArray) -> dict[str, tuple[int, int]]:
    """Where each authority's rows begin in a column in order, and how many they are."""
    found, begin = {}, 0
    for each in la_codes.value_counts().to_pylist():
        found[each["values"]] = (begin, each["counts"])
        begin += each["counts"]
    return found


def _commit(raw: Path, reading: Reading) -> None:
    name = f"{reading.return_id}_{reading.la_code}_{reading.collection_year}"
    commit(
        raw,
        reading,
        reading.tables.items(),
        reading.notices,
        NOTHING_FOUND,
        file_name=f"{name}.xml",
        file_sha256=sha256(f"{name}|{SEED}".encode()).hexdigest(),
        received_at=moment(_day_after(reading.period_end)),
        key_id="0" * 12,
        told=f"{reading.la_code}|{reading.collection_year}||",
    )


def _day_after(period_end: date) -> datetime:
    return datetime(period_end.year, 12, 1, 9, tzinfo=UTC)
