"""What the schema ``raw`` shows: for each table its columns and the Parquet files behind it.

Engine-free, so that DuckDB and Spark show the same. A table nobody has sent yet is an empty table of its
declared columns, and a file from before a field existed has nulls in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from dagster_project import dictionary
from dagster_project.dictionary import arrow
from dagster_project.intake import READABLE, Submission, moment, refusals, submissions

_WHOSE = [
    ("submission_id", pa.string()),
    ("la_code", pa.string()),
    ("collection_year", pa.int32()),
    ("period_end", pa.string()),
]


@dataclass(frozen=True)
class RawTable:
    """A table of schema ``raw`` that shows Parquet files."""

    name: str
    schema: pa.Schema
    files: tuple[Path, ...]


def parquet_tables(raw: Path, in_use: list[Submission]) -> Iterator[RawTable]:
    """The tables of the returns that have a reader, and the violations, of the submissions given."""
    for return_id in READABLE:
        of_return = [each for each in in_use if each.return_id == return_id]
        for table in dictionary.tables(return_id):
            holders = [each for each in of_return if table.name in each.tables]
            yield RawTable(
                name=f"{return_id}_{table.name}",
                schema=pa.schema([*_WHOSE, *arrow.as_read(return_id, table.name)]),
                files=tuple(each.folder(raw) / f"{table.name}.parquet" for each in holders),
            )
    yield RawTable(
        name="violation",
        schema=pa.schema([*_WHOSE, ("return_id", pa.string()), *arrow.VIOLATION]),
        files=tuple(each.folder(raw) / "violation.parquet" for each in in_use),
    )


def ledger_tables(raw: Path, in_use: list[Submission], as_of: datetime | None = None) -> dict[str, pa.Table]:
    """The tables ``submission`` and ``refusal``: what arrived, as known at ``as_of``."""
    until = moment(as_of) if as_of else None
    used = {each.submission_id for each in in_use}
    submission = pa.schema(
        [
            ("submission_id", pa.string()),
            ("return_id", pa.string()),
            ("la_code", pa.string()),
            ("collection_year", pa.int32()),
            ("period_end", pa.string()),
            ("file_name", pa.string()),
            ("file_sha256", pa.string()),
            ("received_at", pa.string()),
            ("sent_at", pa.string()),
            ("n_rows", pa.int64()),
            ("n_violations", pa.int64()),
            ("is_current", pa.bool_()),
            ("is_withdrawn", pa.bool_()),
        ]
    )
    refusal = pa.schema(
        [(name, pa.string()) for name in ("file_name", "file_sha256", "reason", "refused_at")]
    )
    arrived = [
        {
            **vars(each),
            "received_at": plain(each.received_at),
            "n_rows": each.rows,
            "n_violations": each.violations,
            "is_current": each.submission_id in used,
            "is_withdrawn": each.received_at <= (until or each.received_at) and not each.is_in_force(until),
        }
        for each in submissions(raw)
        if until is None or each.received_at <= until
    ]
    refused = [
        {**vars(each), "refused_at": plain(each.refused_at)}
        for each in refusals(raw)
        if until is None or each.refused_at <= until
    ]
    return {"submission": as_table(arrived, submission), "refusal": as_table(refused, refusal)}


def as_table(rows: list[dict], schema: pa.Schema) -> pa.Table:
    """The rows with the columns of ``schema`` and no others."""
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema)


def plain(moment_: str) -> str:
    """2025-06-02T09:00:00Z as every engine casts it to the same timestamp."""
    return moment_.replace("T", " ").removesuffix("Z")
