"""The children in need census: one XML file per authority and year."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import authorities, date_in, datetime_in, year_name, years
from dagster_project.dictionary.arrow import VIOLATION
from dagster_project.returns.reading import EXPORT_AGAIN, Reading, UnreadableFile
from dagster_project.returns.xml_reader import read_tables
from dagster_project.returns.xml_stream import Opening

RETURN_ID = "cin"


def recognises(opening: Opening) -> bool:
    """Whether a file that begins so is a CIN census; one that leaves its collection blank may still be."""
    if opening.root != "Message":
        return False
    return opening.collection.upper() == "CIN" if opening.collection else opening.has_children


def read(file: Path) -> Reading:
    """The census in ``file``, its year taken from ReferenceDate and its authority from LEA.

    Raises:
        UnreadableFile: not well-formed, or without a year or an authority that can be known.
    """
    tables, notices = read_tables(file, RETURN_ID)
    header = tables["header"]
    if header.num_rows != 1:
        fault = f"has {header.num_rows} Header elements, and a return has one"
        raise UnreadableFile(file, fault, EXPORT_AGAIN)
    year = _collection_year(file, header)
    la_code = header["LEA"][0].as_py()
    if la_code not in authorities():
        shown = f" '{la_code}'" if la_code and la_code.isalnum() and len(la_code) <= 4 else ""
        said = f"LEA{shown} is not the code of an authority" if la_code else "the header has no LEA"
        fault = f"line {header['line'][0]}: {said}"
        raise UnreadableFile(file, fault, "put the authority's three-digit code there, such as 302")
    noticed = pa.concat_tables([notices, _header_notices(header, year)])
    made = header["DateTime"][0].as_py()
    return Reading(RETURN_ID, la_code, year, datetime_in(made) if made else None, tables, noticed)


def _collection_year(file: Path, header: pa.Table) -> int:
    """The year in which ReferenceDate lies, by the 31 March it ends on."""
    sent = header["ReferenceDate"][0].as_py()
    day = date_in(sent) if sent else None
    if not day:
        said = "ReferenceDate is not a date" if sent else "the header has no ReferenceDate"
        fault = f"line {header['line'][0]}: {said}"
        raise UnreadableFile(file, fault, "put the last day of the collection year there, such as 2025-03-31")
    year = day.year + ((day.month, day.day) > (3, 31))
    known = years(RETURN_ID)
    if year not in known:
        span = f"{year_name(known[0])} to {year_name(known[-1])}"
        fault = f"line {header['line'][0]}: it is for {year_name(year)}, and the dictionary knows {span}"
        raise UnreadableFile(file, fault, "correct the ReferenceDate, or add that year to seeds/dictionary")
    return year


def _header_notices(header: pa.Table, year: int) -> pa.Table:
    day = date_in(header["ReferenceDate"][0].as_py())
    found = []
    if (day.month, day.day) != (3, 31):  # type: ignore[union-attr] # it was read a moment ago
        found.append(("ReferenceDate", "not_31_march"))
    if pc.any(pc.not_equal(header["Year"], str(year))).as_py():
        found.append(("Year", "year_disagrees"))
    line = header["line"][0].as_py()
    rows = [dict(zip(VIOLATION.names, ("header", 1, line, *each), strict=True)) for each in found]
    return pa.Table.from_pylist(rows, schema=VIOLATION)
