"""The data dictionary: every field and code of every return, and the years they hold.

Read from ``seeds/dictionary`` and ``seeds/codes``; declared there and nowhere else. Readers, contracts,
the raw schema and the made-up returns are all built from what this package gives.
"""

from dagster_project.dictionary.dates import date_in, datetime_in
from dagster_project.dictionary.reading import (
    Field,
    Table,
    authorities,
    codes,
    fictional_authorities,
    field_taken_over,
    fields,
    returns,
    tables,
    year_ends,
    years,
)
from dagster_project.dictionary.years import is_in_force, year_ending, year_name

__all__ = [
    "Field",
    "Table",
    "authorities",
    "codes",
    "date_in",
    "datetime_in",
    "fictional_authorities",
    "field_taken_over",
    "fields",
    "is_in_force",
    "returns",
    "tables",
    "year_ending",
    "year_ends",
    "year_name",
    "years",
]
