"""Writing made-up Annex A workbooks to a folder."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it comes without types

from dagster_project import dictionary
from dagster_project.synthetic import days
from dagster_project.synthetic.annex_a.faults import HEADINGS, Planter
from dagster_project.synthetic.annex_a.rows import headings, rows
from dagster_project.synthetic.annex_a.view import Known, Row, View, fields, view
from dagster_project.synthetic.asked import authorities_asked
from dagster_project.synthetic.care.life import SPAN as SPAN_OF_CARE
from dagster_project.synthetic.care.life import care
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.children import care_seed, children_of
from dagster_project.synthetic.events import fill
from dagster_project.synthetic.lives import SPAN
from dagster_project.synthetic.planted import Fault
from dagster_project.synthetic.ssda903.codes import ethnicity_of
from dagster_project.synthetic.written import Written

_MADE = datetime(2000, 1, 1)  # said of every workbook, or the same rows would make another file tomorrow


@dataclass
class ListsTruth:
    """The rows of each list of one authority's workbook, and what it says of children in care.

    Attributes:
        authority: Its three-digit code.
        end: The last day of the month it shows.
        rows: Rows by list, as the dictionary names them.
        looked_after: Children in care on that day, short breaks left out.
    """

    authority: str
    end: date
    rows: Counter[str] = field(default_factory=Counter)
    looked_after: int = 0

    def count(self, held: dict[str, list[Row]]) -> None:
        """Add the rows of a child."""
        self.rows.update({table: len(own) for table, own in held.items()})
        self.looked_after += any(row["Date Ceased to be Looked After"] is None for row in held["list_8"])


def write_annex_a(
    folder: Path,
    month: date,
    children: int = 400,
    seed: int = 2016,
    authorities: Sequence[str] | None = None,
    faults: bool = True,
) -> Written[Fault, ListsTruth]:
    """Write Annex A workbooks of the fictional authorities, for the children of their other returns.

    One ``annex_a_<authority>_<2024-12>.xlsx`` for each, with the sheets ``List 1`` to ``List 11`` under the
    headings of the sample workbook. The lists look back six months from the month's last day, those of
    adoption and adopters twelve. Nothing in a workbook says whose it is or which month it shows. A workbook
    depends on its authority, ``month``, ``children``, ``seed`` and ``faults`` alone.

    Args:
        folder: Where to; made if it is not there.
        month: Any day of the month to show.
        children: As for ``write_cin``: children in the census file of an authority of average size.
        seed: Another seed, other children. The same as for the other returns gives the same children.
        authorities: Codes of fictional authorities; all of them if not given.
        faults: Whether to plant the declared faults.

    Raises:
        ValueError: an authority is not fictional, or the month or the number of children cannot be used.
    """
    chosen = authorities_asked(authorities)
    end = month.replace(day=monthrange(month.year, month.month)[1])
    year, first = days.year_of(end.toordinal()), dictionary.years("annex_a")[0]
    if year < first:  # there is no last one: a form that does not change names no year
        raise ValueError(f"the dictionary describes {dictionary.year_name(first)} on, not {end:%Y-%m}")
    if children < 1:
        raise ValueError(f"the number of children must be 1 or more, not {children}")
    folder.mkdir(parents=True, exist_ok=True)
    made = [_write(folder, view(each, end, faults), children, seed, faults) for each in chosen]
    return Written(
        files=tuple(path for path, _, _ in made),
        faults=tuple(fault for _, planted, _ in made for fault in planted),
        truth={(truth.authority, year): truth for _, _, truth in made},
    )


def _write(
    folder: Path, look: View, children: int, seed: int, faults: bool
) -> tuple[Path, list[Fault], ListsTruth]:
    census = look.half
    end = date.fromordinal(look.end)
    path = folder / f"annex_a_{census.authority}_{end:%Y-%m}.xlsx"
    part = path.with_suffix(".part")
    truth = ListsTruth(census.authority, end)
    planter = Planter(census.authority, faults)
    try:
        # rows go to disk as they come: a child is in memory only while it is written
        with Workbook(str(part), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
            book.set_properties({"created": _MADE})
            sheets = _Sheets(book, census, faults)
            for known in _known(look, children, seed):
                held = rows(known)
                for kind, number, value in planter.plant(held):
                    line = sheets.next_line[kind.table] + number
                    sheets.note(kind.name, kind.table, kind.field, kind.check, line, value)
                sheets.add(held)
                truth.count(held)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path, sheets.planted, truth


def _known(look: View, children: int, seed: int) -> Iterator[Known]:
    """Every child the lists could show, as the other returns know it."""
    authority, year = look.half.authority, look.half.year
    care_rng = Random()
    for child, rng in children_of(authority, range(year - SPAN_OF_CARE, year + 1), children, seed):
        care_rng.seed(care_seed(authority, seed, child))
        then = Census(authority, child.cohort, *days.window(child.cohort), str)
        found = care(child, care_rng, authority, ethnicity_of()(child, then) or "NOBT")
        is_case = child.cohort >= year - SPAN and child.day <= look.end
        if is_case:
            fill(child, rng)
        if is_case or found is not None:
            yield Known(child, found, look)


class _Sheets:
    """The sheets of a workbook while it is written, and the faults ``planted`` in them."""

    def __init__(self, book: Workbook, census: Census, faults: bool) -> None:
        self.planted: list[Fault] = []
        self.next_line: dict[str, int] = {}
        self._census = census
        self._sheets = {}
        for table in dictionary.tables("annex_a"):
            sheet = book.add_worksheet(table.path)
            names = [each.name for each in fields(table.name, census.year)]
            sent = headings(table.name, census.year)
            for kind in HEADINGS:
                if faults and (kind.authority, kind.table) == (census.authority, table.name):
                    place = names.index(kind.field)
                    sent[place] = kind.change(sent[place])
                    self.note(kind.name, kind.table, kind.field, None, 1, sent[place])
            sheet.write_row(0, 0, sent)
            self._sheets[table.name] = sheet
            self.next_line[table.name] = 2

    def add(self, held: dict[str, list[Row]]) -> None:
        """Write the rows of a child."""
        for table, own in held.items():
            for row in own:
                for column, value in enumerate(row.values()):
                    self._write(table, column, value)
                self.next_line[table] += 1

    def note(self, name: str, table: str, field: str, check: str | None, line: int, value: str) -> None:
        """Remember a fault."""
        census = self._census
        self.planted.append(
            Fault(name, table, field, check, census.authority, census.year, line, line, value)
        )

    def _write(self, table: str, column: int, value: str | int | date | None) -> None:
        sheet, row = self._sheets[table], self.next_line[table] - 1
        if isinstance(value, date):
            sheet.write_datetime(row, column, value)
        elif isinstance(value, str):
            sheet.write_string(row, column, value)  # an id of digits too: it is no number
        elif value is not None:
            sheet.write_number(row, column, value)
