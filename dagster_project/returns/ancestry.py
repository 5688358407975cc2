"""Rows and the rows above them: what is said once of a child holds for each of the child's events."""

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import field_taken_over, fields, tables


def rows_above(return_id: str, read: dict[str, pa.Table], name: str, ancestor: str) -> pa.Array:
    """For each row of the table ``name``, the number of the row of ``ancestor`` it belongs to."""
    parents = {table.name: table.parent for table in tables(return_id)}
    rows = read[name]["parent_row"].combine_chunks()
    above = parents[name]
    while above and above != ancestor:
        rows = pc.take(read[above]["parent_row"].combine_chunks(), pc.subtract(rows, 1))
        above = parents[above]
    return rows


def with_values_taken_over(return_id: str, read: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables, with each value that a field takes from a row above.

    After the whole file is read, since an element may stand after those that take from it.
    """
    whole = {}
    for name, table in read.items():
        for field in fields(return_id, name):
            if source := field_taken_over(field):
                rows = rows_above(return_id, read, name, source.table)
                values = pc.take(read[source.table][source.name].combine_chunks(), pc.subtract(rows, 1))
                table = table.set_column(table.schema.get_field_index(field.name), field.name, values)
        whole[name] = table
    return whole
