"""Where a table departs from its contract."""

import pandera.polars as pandera
import polars as pl
import pyarrow as pa
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaError, SchemaErrors

from dagster_project.contracts.schema import schema_for
from dagster_project.dictionary import field_taken_over, fields
from dagster_project.dictionary.arrow import VIOLATION


def violations(return_id: str, name: str, table: pa.Table, year: int) -> pa.Table:
    """The violations of a normalised table in the year ending then, in the columns of ``VIOLATION``."""
    frame = pl.DataFrame(table)
    if not frame.height:
        return VIOLATION.empty_table()
    errors = _errors(frame, schema_for(return_id, name, year))
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
    check = "required" if error.check == "not_nullable" else error.check.name
    if error.check_output is None:  # the check itself broke: that is ours to mend, and not a pass
        raise RuntimeError(f"the contract of {name} could not check {check} of {field}")
    return frame.filter(~error.check_output.to_series()).select(
        "row_number",
        "parent_row",
        "line",
        table_name=pl.lit(name),
        field=pl.lit(field, pl.String),
        check=pl.lit(check),
    )
