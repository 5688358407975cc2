"""The data dictionary: every field and code of every return, and the years they hold.

Read from ``seeds/dictionary`` and ``seeds/codes``; declared there and nowhere else. Readers, contracts,
the raw schema and the made-up returns are all built from what this package gives.
"""

from dagster_project.dictionary.dates import date_in, datetime_in
from dagster_project.dictionary.reading import (
    ENGLAND,
    Collection,
    Field,
    Table,
    area_name,
    authorities,
    codes,
    collection,
    fictional_authorities,
    field_taken_over,
    fields,
    returns,
    tables,
    year_ends,
    years,
)
from dagster_project.dictionary.windows import Window, window
from dagster_project.dictionary.wording import code_meant, comes_in_words, folded, harmless, headings
from dagster_project.dictionary.years import (
    is_in_force,
    month_end,
    period_ending,
    year_ending,
    year_name,
    year_of,
)

__all__ = [
    "ENGLAND",
    "Collection",
    "Field",
    "Table",
    "Window",
    "area_name",
    "authorities",
    "code_meant",
    "codes",
    "collection",
    "comes_in_words",
    "date_in",
    "datetime_in",
    "fictional_authorities",
    "field_taken_over",
    "fields",
    "folded",
    "harmless",
    "headings",
    "is_in_force",
    "month_end",
    "period_ending",
    "returns",
    "tables",
    "window",
    "year_ending",
    "year_ends",
    "year_name",
    "year_of",
    "years",
]
