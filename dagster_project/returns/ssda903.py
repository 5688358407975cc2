"""The looked-after children return as one XML file; as CSV files it is read by ``tabular``.

It says neither whose it is nor which year it is about.
"""

import pyarrow as pa

from dagster_project.dictionary.arrow import VIOLATION
from dagster_project.returns.period import about
from dagster_project.returns.reading import Reading
from dagster_project.returns.source import Source
from dagster_project.returns.told import Told
from dagster_project.returns.xml_reader import read_tables
from dagster_project.returns.xml_stream import Opening

RETURN_ID = "ssda903"


def recognises(opening: Opening) -> bool:
    """Whether a file that begins so is a looked-after children return."""
    return opening.root == "EXPSSDA903"


def read(file: Source, told: Told) -> Reading:
    """The return in ``file``.

    Raises:
        UnreadableFile: not well-formed, or its authority or year are not told.
    """
    tables, notices = read_tables(file, RETURN_ID)
    period = about(file, RETURN_ID, tables, told)
    rows = [
        dict.fromkeys(VIOLATION.names) | {"table_name": "header", "check": check} for check in period.noticed
    ]
    noticed = pa.concat_tables([notices, pa.Table.from_pylist(rows, schema=VIOLATION)])
    return Reading(RETURN_ID, period.la_code, period.year, period.end, None, tables, noticed)
