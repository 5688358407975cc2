"""A census: an XML return whose Header says which authority it is from and which day it is about."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import authorities, date_in, datetime_in, year_ends, year_name, year_of, years
from dagster_project.dictionary.arrow import VIOLATION
from dagster_project.returns.reading import EXPORT_AGAIN, Reading, UnreadableFile
from dagster_project.returns.source import Source
from dagster_project.returns.told import Told
from dagster_project.returns.xml_reader import read_tables

_MONTHS = {3: "march", 9: "september"}  # in which the years of returns end


def read_census(file: Source, return_id: str, told: Told) -> Reading:
    """The census in ``file``, its year taken from ReferenceDate and its authority from LEA.

    What is told of it beside counts for nothing; that it says otherwise is noticed.

    Raises:
        UnreadableFile: not well-formed, or without a year or an authority that can be known.
    """
    tables, notices = read_tables(file, return_id)
    header = tables["header"]
    if header.num_rows != 1:
        fault = f"has {header.num_rows} Header elements, and a return has one"
        raise UnreadableFile(file, fault, EXPORT_AGAIN)
    day = _reference_day(file, header, return_id)
    year = _collection_year(file, header, return_id, day)
    la_code = header["LEA"][0].as_py()
    if la_code not in authorities():
        shown = f" '{la_code}'" if la_code and la_code.isalnum() and len(la_code) <= 4 else ""
        said = f"LEA{shown} is not the code of an authority" if la_code else "the header has no LEA"
        fault = f"line {header['line'][0]}: {said}"
        raise UnreadableFile(file, fault, "put the authority's three-digit code there, such as 302")
    contradicted = [
        *(["other_authority_told"] if told.la_code not in (None, la_code) else []),
        *(["other_year_told"] if told.year not in (None, year) else []),
    ]
    noticed = pa.concat_tables([notices, _header_notices(header, return_id, day, year, contradicted)])
    made = header["DateTime"][0].as_py()
    sent_at = datetime_in(made) if made else None
    return Reading(return_id, la_code, year, date(year, *year_ends(return_id)), sent_at, tables, noticed)


def _reference_day(file: Source, header: pa.Table, return_id: str) -> date:
    sent = header["ReferenceDate"][0].as_py()
    day = date_in(sent) if sent else None
    if day:
        return day
    month, last = year_ends(return_id)
    said = "ReferenceDate is not a date" if sent else "the header has no ReferenceDate"
    example = f"2025-{month:02d}-{last:02d}"
    fault = f"line {header['line'][0]}: {said}"
    raise UnreadableFile(file, fault, f"put the last day of the collection year there, such as {example}")


def _collection_year(file: Source, header: pa.Table, return_id: str, day: date) -> int:
    """The collection year that the reference day is of, whatever day it was given as.

    Its calendar year, as the rules have it; or the year that it lies in, if the header's Year says so, too.
    """
    lies_in = year_of(day, year_ends(return_id))
    year = lies_in if header["Year"][0].as_py() == str(lies_in) else day.year
    known = years(return_id)
    if year in known:
        return year
    span = f"{year_name(known[0])} to {year_name(known[-1])}"
    fault = f"line {header['line'][0]}: it is for {year_name(year)}, and the dictionary knows {span}"
    raise UnreadableFile(file, fault, "correct the ReferenceDate, or add that year to seeds/dictionary")


def _header_notices(
    header: pa.Table, return_id: str, day: date, year: int, contradicted: list[str]
) -> pa.Table:
    month, last = year_ends(return_id)
    found: list[tuple[str | None, str]] = [(None, check) for check in contradicted]
    if (day.month, day.day) != (month, last):
        found.append(("ReferenceDate", f"not_{last}_{_MONTHS[month]}"))
    if pc.any(pc.not_equal(header["Year"], str(year))).as_py():
        found.append(("Year", "year_disagrees"))
    line = header["line"][0].as_py()
    rows = [dict(zip(VIOLATION.names, ("header", 1, line, *each), strict=True)) for each in found]
    return pa.Table.from_pylist(rows, schema=VIOLATION)
