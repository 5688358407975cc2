"""Pandera schemas, built from the dictionary by return, table and year, and a quick look at the same rules.

Nothing here names a field, a code or a return. The name of a check is the name of its violation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Rule:
    """One check: its name, and what is true of each row that meets it."""

    name: str
    holds: pl.Expr


@dataclass(frozen=True)
class _Part:
    """What is asked of one field, or where ``field`` is None of the rows of a table together."""

    field: str | None
    is_required: bool
    rules: tuple[Rule, ...]


@cache
def schema_for(
    return_id: str, table: str, year: int, only: frozenset[str | None] | None = None
) -> pa.DataFrameSchema:
    """The contract that a normalised table must meet, as text, in the year ending then.

    Args:
        return_id: the return, such as ``cin``.
        table: the name of the table in it.
        year: the year the collection year ends in.
        only: the parts of the contract that are wanted, as ``quick_look`` names them; all if not given.
    """
    parts = [part for part in _parts(return_id, table, year) if only is None or part.field in only]
    return pa.DataFrameSchema(
        {
            part.field: pa.Column(
                pl.String, nullable=not part.is_required, checks=[_check(rule) for rule in part.rules]
            )
            for part in parts
            if part.field
        },
        checks=[_check(rule) for part in parts if not part.field for rule in part.rules],
        name=f"{return_id}.{table}",
    )


@cache
def quick_look(return_id: str, table: str, year: int) -> dict[str | None, pl.Expr]:
    """For each part of the contract, by its field or None for the table, whether all rows meet it.

    For one select over the columns of a whole table: Pandera asks the same of one check at a time. What
    cannot be told counts as unmet.
    """
    looks = {}
    for number, part in enumerate(_parts(return_id, table, year)):
        met = [rule.holds.fill_null(False).all() for rule in part.rules]
        if part.field and part.is_required:
            met.append(pl.col(part.field).is_not_null().all())
        if met:
            looks[part.field] = pl.all_horizontal(met).alias(str(number))
    return looks


def _check(rule: Rule) -> pa.Check:
    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(rule.holds)

    return pa.Check(check, name=rule.name)


@cache
def _parts(return_id: str, table: str, year: int) -> tuple[_Part, ...]:
    """Both of the above are made from these, so that one cannot ask what the other does not."""
    parts = [
        _Part(field.name, field.is_required, tuple(_rules(field, year)))
        if is_in_force(field.first_year, field.last_year, year)
        else _Part(field.name, False, (Rule("not_collected_this_year", pl.col(field.name).is_null()),))
        for field in fields(return_id, table)
    ]
    key = [pl.col(field.name) for field in fields(return_id, table, year) if field.is_key]
    if key:
        # rows that share their whole key: each but the first is a repetition; a blank is no key
        is_blank = pl.any_horizontal([part.is_null() for part in key])
        first = pl.struct(key).is_first_distinct()
        parts.append(_Part(None, False, (Rule("repeated_key", is_blank | first),)))
    return tuple(parts)


def _rules(field: Field, year: int) -> Iterator[Rule]:
    """What each value of ``field`` must be; where nothing was sent, nothing is asked."""
    value = pl.col(field.name)
    for name, holds in _asked_of(value, field, year):
        yield Rule(name, value.is_null() | holds)


def _asked_of(value: pl.Expr, field: Field, year: int) -> Iterator[tuple[str, pl.Expr]]:
    if field.kind == "date":
        yield "is_a_date", value.str.contains(_DAY) & _is_a_day(value)
    if field.kind == "datetime":
        yield "is_a_date", value.str.contains(_MOMENT) & _is_a_day(value.str.head(10))
    if written := _WRITTEN.get(field.kind):
        name, form = written
        yield name, value.str.contains(form)
    if field.pattern:
        yield "matches_pattern", value.str.contains(f"^(?:{field.pattern})$")
    if field.minimum is not None or field.maximum is not None:
        least = float("-inf") if field.minimum is None else field.minimum
        most = float("inf") if field.maximum is None else field.maximum
        # what is no number is another violation, not this one
        yield (
            "within_limits",
            value.cast(pl.Float64, strict=False).is_between(least, most).fill_null(True),
        )
    if field.code_list:
        ever, now = codes(field.code_list), codes(field.code_list, year)
        yield "is_a_known_code", value.is_in(sorted(ever))
        if gone := sorted(ever - now):
            yield "code_not_in_this_year", value.is_in(gone).not_()


def _is_a_day(value: pl.Expr) -> pl.Expr:
    # polars counts a year 0, which Python and the models do not
    return value.str.to_date("%Y-%m-%d", strict=False).is_not_null() & value.str.starts_with("0000").not_()
