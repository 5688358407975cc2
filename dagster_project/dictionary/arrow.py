"""What the dictionary's tables look like in Arrow and Parquet: the seam between intake and the models.

Apart from the package's own names, because it alone needs pyarrow.
"""

import pyarrow as pa

from dagster_project.dictionary.reading import fields

#: Where a row stands in its file: its number in its table, its parent's number, the line it begins on.
PLACE = (("row_number", pa.int32()), ("parent_row", pa.int32()), ("line", pa.int32()))

#: A departure from the contract, or something a reader noticed. It says where, never what was there.
VIOLATION = pa.schema(
    [
        ("table_name", pa.string()),
        ("row_number", pa.int32()),
        ("line", pa.int32()),
        ("field", pa.string()),
        ("check", pa.string()),
    ]
)


def as_read(return_id: str, table: str) -> pa.Schema:
    """The columns of a table as a reader gives it: its place, then every field of every year as text."""
    return pa.schema([*PLACE, *((field.name, pa.string()) for field in fields(return_id, table))])
