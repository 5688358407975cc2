"""Where a table departs from its contract: a quick look for what is not met, and Pandera's word on that.

Pandera alone says what is a violation and where. The quick look spares it all else: each field costs it a
millisecond and more even where nothing is to be found, and a census has fifty of them.
"""

import pandera.polars as pandera
import polars as pl
import pyarrow as pa
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaError, SchemaErrors

from dagster_project.contracts.schema import quick_look, schema_for
from dagster_project.dictionary import field_taken_over, fields
from dagster_project.dictionary.arrow import VIOLATION

#: Up to so many rows all is looked at in one go; above, one field at a time, so that only it is held twice.
_TOGETHER = 100_000
_WHERE = ("row_number", "parent_row", "line")


def violations(return_id: str, name: str, table: pa.Table, year: int) -> pa.Table:
    """The violations of a normalised table in the year ending then, in the columns of ``VIOLATION``.

    Raises:
        RuntimeError: a check of the contract cannot be made; named, without a value.
    """
    unmet = _unmet(return_id, name, table, year)
    if not unmet:
        return VIOLATION.empty_table()
    looks = quick_look(return_id, name, year)
    asked = {column for part, look in looks.items() if part in unmet for column in look.meta.root_names()}
    columns = [column for column in table.column_names if column in {*_WHERE, *asked, *unmet}]
    frame = pl.DataFrame(table.select(columns))
    errors = _errors(frame, schema_for(return_id, name, year, unmet))
    broken = [_places(frame, name, error) for error in errors]
    if not broken:
        return VIOLATION.empty_table()
    taken_over = [field.name for field in fields(return_id, name) if field_taken_over(field)]
    found = (
        pl.concat(broken)
        # what a row takes from the row above is reported there, once, and not with every event of a child
        .filter(~(pl.col("field").is_in(taken_over) & pl.col("parent_row").is_not_null()))
        .sort("row_number", maintain_order=True)
    )
    return found.select(VIOLATION.names).to_arrow().cast(VIOLATION)


def _unmet(return_id: str, name: str, table: pa.Table, year: int) -> frozenset[str | None]:
    """The parts of the contract that some row does not meet: by field, or None for the table as a whole."""
    looks = quick_look(return_id, name, year)
    if not table.num_rows or not looks:
        return frozenset()
    kinds = dict(zip(table.schema.names, table.schema.types, strict=True))
    found: set[str | None] = {
        field.name for field in fields(return_id, name) if kinds.get(field.name) != pa.string()
    }
    for some in [looks] if table.num_rows <= _TOGETHER else [{part: look} for part, look in looks.items()]:
        columns = {column for look in some.values() for column in look.meta.root_names()}
        try:
            holds = pl.DataFrame(table.select(sorted(columns))).select(some.values()).row(0)
        except (pl.exceptions.PolarsError, KeyError):  # a check that breaks: Pandera says which
            holds = (False,) * len(some)
        found |= {part for part, met in zip(some, holds, strict=True) if not met}
    return frozenset(found)


def _errors(frame: pl.DataFrame, schema: pandera.DataFrameSchema) -> list[SchemaError]:
    try:
        # said outright: an environment variable can tell Pandera to look at nothing, and all would pass
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return errors.schema_errors
    return []


def _places(frame: pl.DataFrame, name: str, error: SchemaError) -> pl.DataFrame:
    """The places of one failed check. Only its outcome is used: Pandera's own report quotes the values."""
    is_of_table = isinstance(error.schema, pandera.DataFrameSchema)
    field = None if is_of_table else error.schema.name
    check = "required" if error.check == "not_nullable" else getattr(error.check, "name", error.check)
    if error.check_output is None:  # the check itself broke: that is ours to mend, and not a pass
        raise RuntimeError(f"the contract of {name} could not check {check} of {field}")
    return frame.filter(~error.check_output.to_series()).select(
        *_WHERE,
        table_name=pl.lit(name),
        field=pl.lit(field, pl.String),
        check=pl.lit(check),
    )
