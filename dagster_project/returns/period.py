"""Whose a return is and what it is about, where its rows do not say so in a header."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from dagster_project.dictionary import (
    ENGLAND,
    Collection,
    collection,
    date_in,
    fields,
    period_ending,
    year_name,
    year_of,
    years,
)
from dagster_project.returns.reading import DoubtfulYear, UnreadableFile
from dagster_project.returns.source import Source
from dagster_project.returns.told import Told

_ENOUGH = 20  # dates, for their years to say anything


@dataclass(frozen=True)
class Period:
    """An authority, a collection year by its ending, the last day it is about, and what was noticed."""

    la_code: str
    year: int
    end: date
    noticed: list[str] = field(default_factory=list)


def about(source: Source, return_id: str, tables: dict[str, pa.Table], told: Told) -> Period:
    """The period of a return without a header.

    Raises:
        UnreadableFile: it is not told, cannot be told from the rows, or contradicts them.
    """
    what = collection(return_id)
    la_code = ENGLAND if what.sender == "publisher" else told.la_code or told.default_la
    year = _year(what, tables, told)
    if la_code is None or year is None:
        raise _untold(source, what, la_code, year)
    _check_known(source, what, year)
    if what.period == "month" and told.month:
        return Period(la_code, year, told.month, _contradicted(what, told))
    noticed = [*_contradicted(what, told), *_disagreement(source, return_id, tables, told, year)]
    return Period(la_code, year, date(year, *what.year_ends), noticed)


def _year(what: Collection, tables: dict[str, pa.Table], told: Told) -> int | None:
    """The collection year, by its ending; None where nothing tells it."""
    if what.period == "month":
        return year_of(told.month, what.year_ends) if told.month else None
    if what.period_from == "told":
        return told.year
    newest = _newest(what, tables)
    if what.period == "latest":  # an extract without a row replaces the one before it all the same
        return newest or told.year or year_of(date.today(), what.year_ends)
    return newest


def _untold(source: Source, what: Collection, la_code: str | None, year: int | None) -> UnreadableFile:
    """All that is missing, and all of the remedy, at once."""
    lacks, folders, options = [], [], []
    if la_code is None:
        lacks, folders, options = ["which authority it is from"], ["302"], ["--la 302"]
    if year is None:
        of_month = what.period == "month"
        lacks.append("which month it shows" if of_month else "which year it is about")
        folders.append("2025-01" if of_month else "2024-25")
        options.append("--month 2025-01" if of_month else "--year 2025")
    remedy = f"name the file or a folder so, such as {'/'.join(folders)}, or give {' '.join(options)}"
    return UnreadableFile(source, f"does not say {' nor '.join(lacks)}", remedy)


def _contradicted(what: Collection, told: Told) -> list[str]:
    """What was told of the file in two ways, as far as it counts for such a return."""
    noticed = []
    if "la_code" in told.contradicted and what.sender == "authority":
        noticed.append("other_authority_told")
    if "year" in told.contradicted and what.period_from == "told" and what.period == "year":
        noticed.append("other_year_told")
    return noticed


def _check_known(source: Source, what: Collection, year: int) -> None:
    known = years(what.return_id)
    # a list of the latest state, or a publication, needs no new layout for a new year
    is_too_new = what.period == "year" and what.period_from == "told" and year > known[-1]
    if year < known[0] or is_too_new:
        span = f"{year_name(known[0])} to {year_name(known[-1])}"
        said = f"is for {year_name(year)}, and the dictionary knows {span}"
        raise UnreadableFile(source, said, "correct the year, or add it to seeds/dictionary")


def _newest(what: Collection, tables: dict[str, pa.Table]) -> int | None:
    """The newest year that the rows are about: of their periods, or of their dates."""
    found = set()
    for name, table in tables.items():
        for each in fields(what.return_id, name):
            if each.kind == "period":
                found |= {period_ending(text) for text in _values(table, each.name)}
            elif each.kind == "date" and what.period_from == "newest_date":
                found |= {
                    year_of(day, what.year_ends) for day in map(date_in, _values(table, each.name)) if day
                }
    return max((year for year in found if year), default=None)


def _values(table: pa.Table, name: str) -> list[str]:
    return [text for text in table[name].unique().to_pylist() if text]


def _disagreement(
    source: Source, return_id: str, tables: dict[str, pa.Table], told: Told, year: int
) -> list[str]:
    """What to notice where most dates lie in another year than was told.

    Raises:
        DoubtfulYear: only a name told the year, and that is easily wrong.
    """
    ends = collection(return_id).year_ends
    days: Counter[int] = Counter()
    for name, table in tables.items():
        for dated in (each.name for each in fields(return_id, name) if each.tells_year):
            for each in table[dated].value_counts().to_pylist():
                if each["values"] and (day := date_in(each["values"])):
                    days[year_of(day, ends)] += each["counts"]
    if days.total() < _ENOUGH or not (most := days.most_common(1)[0][0]) or most == year:
        return []
    if "year" in told.given:
        return ["dates_of_another_year"]
    said = f"is named as of {year_name(year)}, and most of its dates lie in {year_name(most)}"
    raise DoubtfulYear(source, said, f"correct the name, or give --year {most} or --year {year}")
