"""Pandera schemas, built from the dictionary by return, table and year.

Nothing here names a field, a code or a return. The name of a check is the name of its violation.
"""

from collections.abc import Callable, Iterator
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from dagster_project.dictionary import Field, codes, fields, is_in_force

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = r"^[0-9-]{10}(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
_WRITTEN = {  # the kinds that are known by how they are written
    "year": ("is_a_year", r"^[0-9]{4}$"),
    "period": ("is_a_period", r"^[0-9]{4}(\.0)?([-/]?[0-9]{2})?$"),
    "integer": ("is_a_number", r"^-?[0-9]+$"),
    "decimal": ("is_a_number", r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)$"),
}


@cache
def schema_for(return_id: str, table: str, year: int) -> pa.DataFrameSchema:
    """The contract that a normalised table must meet, as text, in the year ending then."""
    return pa.DataFrameSchema(
        {
            field.name: _column(field, year)
            if is_in_force(field.first_year, field.last_year, year)
            else pa.Column(
                pl.String, nullable=True, checks=_check("not_collected_this_year", pl.Expr.is_null)
            )
            for field in fields(return_id, table)
        },
        checks=list(_key_check(return_id, table, year)),
        name=f"{return_id}.{table}",
    )


def _key_check(return_id: str, table: str, year: int) -> Iterator[pa.Check]:
    """Rows that share their whole key: each but the first is a repetition. A blank is no key."""
    key = [pl.col(field.name) for field in fields(return_id, table, year) if field.is_key]
    if not key:
        return

    def check(data: PolarsData) -> pl.LazyFrame:
        is_blank = pl.any_horizontal([part.is_null() for part in key])
        return data.lazyframe.select(is_blank | pl.struct(key).is_first_distinct())

    yield pa.Check(check, name="repeated_key")


def _column(field: Field, year: int) -> pa.Column:
    return pa.Column(pl.String, nullable=not field.is_required, checks=list(_checks(field, year)))


def _checks(field: Field, year: int) -> Iterator[pa.Check]:
    if field.kind == "date":
        yield _check("is_a_date", lambda value: value.str.contains(_DAY) & _is_a_day(value))
    if field.kind == "datetime":
        yield _check("is_a_date", lambda value: value.str.contains(_MOMENT) & _is_a_day(value.str.head(10)))
    if written := _WRITTEN.get(field.kind):
        name, form = written
        yield _check(name, lambda value: value.str.contains(form))
    if field.pattern:
        pattern = f"^(?:{field.pattern})$"
        yield _check("matches_pattern", lambda value: value.str.contains(pattern))
    if field.minimum is not None or field.maximum is not None:
        least = float("-inf") if field.minimum is None else field.minimum
        most = float("inf") if field.maximum is None else field.maximum
        # what is no number is another violation, not this one
        yield _check(
            "within_limits",
            lambda value: value.cast(pl.Float64, strict=False).is_between(least, most).fill_null(True),
        )
    if field.code_list:
        ever, now = codes(field.code_list), codes(field.code_list, year)
        yield _check("is_a_known_code", lambda value: value.is_in(sorted(ever)))
        if gone := sorted(ever - now):
            yield _check("code_not_in_this_year", lambda value: value.is_in(gone).not_())


def _is_a_day(value: pl.Expr) -> pl.Expr:
    # polars counts a year 0, which Python and the models do not
    return value.str.to_date("%Y-%m-%d", strict=False).is_not_null() & value.str.starts_with("0000").not_()


def _check(name: str, holds: Callable[[pl.Expr], pl.Expr]) -> pa.Check:
    def check(data: PolarsData) -> pl.LazyFrame:
        value = pl.col(data.key)
        return data.lazyframe.select(value.is_null() | holds(value))

    return pa.Check(check, name=name)
