"""One way of writing what returns write in several: ISO dates, 1 or 0 for yes or no, codes for their words.

Nothing else is touched. ``00123``, ``12E3`` and ``nan`` are what someone sent, and stay.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import Field, code_meant, comes_in_words, date_in, datetime_in, fields


def normalised(return_id: str, name: str, table: pa.Table) -> pa.Table:
    """The table ``name`` with dates in ISO, yes or no as 1 or 0, and codes where a list comes in words.

    What cannot be read stays as sent.
    """
    for field in fields(return_id, name):
        if rewrite := _rewrite(field):
            # each different value is looked at once: a year has few days and many rows
            column = table[field.name].combine_chunks().dictionary_encode()
            values = pa.array([rewrite(value.as_py()) for value in column.dictionary], type=pa.string())
            place = table.schema.get_field_index(field.name)
            table = table.set_column(place, field.name, pc.take(values, column.indices))
    return table


def _rewrite(field: Field) -> Callable[[str], str] | None:
    if field.code_list and comes_in_words(field.code_list):
        code_list = field.code_list
        return lambda text: code_meant(code_list, text) or text
    return _REWRITES.get(field.kind)


def _date(text: str) -> str:
    day = date_in(text)
    return day.isoformat() if day else text


def _datetime(text: str) -> str:
    return datetime_in(text) or text


def _yes_no(text: str) -> str:
    return {"true": "1", "false": "0"}.get(text.lower(), text)


_REWRITES: dict[str, Callable[[str], str]] = {"date": _date, "datetime": _datetime, "yes_no": _yes_no}
