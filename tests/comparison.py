"""Are the tables of two builds the same? Row by row, whatever order they stand in."""

from pathlib import Path

import duckdb
import polars as pl
import polars.selectors as cs
import pyarrow as pa

#: By schema and name.
Tables = dict[tuple[str, str], pa.Table]

#: Doubles may be added in different orders; beyond this, relative to the larger, they differ.
RELATIVE = 1e-12


def differences(ours: pa.Table, theirs: pa.Table) -> list[str]:
    """What differs, in words and counts; nothing where the tables are the same.

    Text, whole numbers, dates, times and truth values must be equal; doubles within ``RELATIVE``.
    """
    left, right = _plain(ours), _plain(theirs)
    if left.columns != right.columns:
        return [f"columns {left.columns} against {right.columns}"]
    if left.schema != right.schema:
        return [f"types {left.schema} against {right.schema}"]
    if left.height != right.height:
        return [f"{left.height} rows against {right.height}"]
    doubles = [name for name, kind in left.schema.items() if kind == pl.Float64]
    # by what must be equal first: doubles that differ in the last place must not change the order
    order = [name for name in left.columns if name not in doubles] + doubles
    left, right = left.sort(order, nulls_last=True), right.sort(order, nulls_last=True)
    found = []
    for name in left.columns:
        equal = left[name].eq_missing(right[name])
        if name in doubles:
            largest = pl.max_horizontal(left[name].abs(), right[name].abs())
            near = pl.select((left[name] - right[name]).abs() <= RELATIVE * largest).to_series()
            equal = equal | near.fill_null(False)
        if not equal.all():
            found.append(f"{name}: {(~equal).sum()} of {left.height} rows")
    return found


def tables_in(warehouse: Path, *schemas: str) -> Tables:
    """Every table and view of a warehouse, or of some of its schemas."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        return {
            name: connection.execute(f'from {name[0]}."{name[1]}"').to_arrow_table()
            for name in names
            if not schemas or name[0] in schemas
        }


def _plain(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(
        cs.integer().cast(pl.Int64), cs.float().cast(pl.Float64), cs.datetime().cast(pl.Datetime("us"))
    )
