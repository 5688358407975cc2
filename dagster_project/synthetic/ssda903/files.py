"""Writing made-up looked-after children returns to a folder."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from dagster_project import dictionary
from dagster_project.synthetic import days
from dagster_project.synthetic.asked import authorities_asked, check_consecutive, check_described
from dagster_project.synthetic.care.life import SPAN, care
from dagster_project.synthetic.care.lives import Care
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.children import care_seed, children_of
from dagster_project.synthetic.ids import child_ids
from dagster_project.synthetic.planted import Fault
from dagster_project.synthetic.rule_faults import Broken, Waiting
from dagster_project.synthetic.ssda903.breaking import break_rule
from dagster_project.synthetic.ssda903.codes import ethnicity_of
from dagster_project.synthetic.ssda903.csv import CsvSet
from dagster_project.synthetic.ssda903.faults import Planter
from dagster_project.synthetic.ssda903.rows import rows, tables
from dagster_project.synthetic.ssda903.rule_faults import RULE_FAULTS
from dagster_project.synthetic.ssda903.truth import CareTruth
from dagster_project.synthetic.ssda903.xml import XmlFile
from dagster_project.synthetic.written import Written

Form = Literal["csv", "zip", "xml"]


def write_ssda903(
    folder: Path,
    years: Sequence[int] = (2024, 2025),
    children: int = 400,
    seed: int = 2016,
    authorities: Sequence[str] | None = None,
    faults: bool = True,
    form: Form = "csv",
    broken: Collection[str] = (),
) -> Written[Fault, CareTruth]:
    """Write looked-after children returns of the fictional authorities, for the children of their censuses.

    As CSV, a file for each table: ``ssda903/<authority>/<2024-25>/<table>.csv``, in the dictionary's columns.
    As zip, these in ``ssda903_<authority>_<2024-25>.zip``. As XML, ``ssda903_<authority>_<2024-25>.xml`` with
    the root ``EXPSSDA903``, as the public schema of 2020-21 has it; social workers and deprived liberty have
    no place there. Dates are dd/mm/yyyy throughout. No file says whose it is or which year it is about.

    A file depends on its authority, its year, ``children``, ``seed``, ``faults``, ``form`` and, the last
    year's, on ``broken`` alone, and is put into place when complete.

    Args:
        folder: Where to; made if it is not there.
        years: Collection years by the year they end in, consecutive and ascending.
        children: Children in the census file of an authority of average size, as for ``write_cin``: 4,500
            make rates per 10,000 children like England's.
        seed: Another seed, other children. The same as for ``write_cin`` gives the same children.
        authorities: Codes of fictional authorities; all of them if not given.
        faults: Whether to plant the declared faults.
        form: CSV files in folders, zips of them, or XML.
        broken: Statutory rules to break in the last year's returns, each once where a child suits; see
            ``ssda903/rule_faults.py``. Not in XML.

    Raises:
        ValueError: an authority is not fictional, or the years, the number of children or the form cannot be
            used.
    """
    chosen = authorities_asked(authorities)
    check_consecutive(years)
    check_described(years, "ssda903")
    if broken and form == "xml":
        raise ValueError("rules are broken in CSV files, not in XML")
    if children < 1:
        raise ValueError(f"the number of children must be 1 or more, not {children}")
    if form not in ("csv", "zip", "xml"):
        raise ValueError(f"the form must be csv, zip or xml, not {form}")
    folder.mkdir(parents=True, exist_ok=True)
    made: list[_Return] = []
    for authority in chosen:
        with ExitStack() as open_files:
            returns = [
                open_files.enter_context(
                    _Return(
                        folder, authority, year, years[0], faults, form, broken if year == years[-1] else ()
                    )
                )
                for year in years
            ]
            for each in cared_for(authority, years[0], years[-1], children, seed):
                for one in returns:
                    one.add(each)
            for one in returns:
                one.finish()
        made += returns
    return Written(
        files=tuple(file for each in made for file in each.files),
        faults=tuple(fault for each in made for fault in each.faults),
        truth={(each.census.authority, each.census.year): each.truth for each in made},
        broken=tuple(place for each in made for place in each.broken),
    )


def cared_for(authority: str, first: int, last: int, children: int, seed: int) -> Iterator[Care]:
    """Every child of an authority who could be in a return of the years ``first`` to ``last``."""
    rng = Random()
    for child, _ in children_of(authority, range(first - SPAN, last + 1), children, seed):
        rng.seed(care_seed(authority, seed, child))
        then = Census(authority, child.cohort, *days.window(child.cohort), str)
        found = care(child, rng, authority, ethnicity_of()(child, then) or "NOBT")
        if found is not None:
            yield found


@dataclass
class _Return:
    """A return while it is written."""

    folder: Path
    authority: str
    year: int
    first_year: int
    with_faults: bool
    form: Form
    rules: Collection[str] = ()
    files: list[Path] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    def __post_init__(self) -> None:
        year, name = self.year, dictionary.year_name(self.year)
        ids = child_ids(self.authority, year, self.with_faults)
        self.census = Census(self.authority, year, *days.window(year), ids)
        collected = tables(year, has_paths=self.form == "xml")
        is_known = year - self.first_year >= 2  # two years of history, as far back as is looked
        self.truth = CareTruth(
            self.authority,
            year,
            long_term=0 if is_known else None,
            same_placement=0 if is_known else None,
            missing_episodes=0 if "missing" in collected else None,
            three_or_more_workers=0 if "social_worker" in collected else None,
        )
        self._waiting = Waiting("ssda903", year, RULE_FAULTS, self.rules)
        self._planter = Planter(self.census, self.with_faults, frozenset(collected))
        self._writer: CsvSet | XmlFile
        if self.form == "csv":
            self._writer = CsvSet(self.folder / "ssda903" / self.authority / name, year)
        elif self.form == "zip":
            self._writer = CsvSet(self.folder / f"ssda903_{self.authority}_{name}.zip", year)
        else:
            self._writer = XmlFile(self.folder / f"ssda903_{self.authority}_{name}.xml", year)

    def __enter__(self) -> "_Return":
        self._writer.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.__exit__()

    def add(self, each: Care) -> None:
        """Write a child and count it, if the return shows it."""
        held = rows(each, self.census, self.form == "xml")
        if not held:
            return
        planted = self._planter.plant(each, held)
        broken = break_rule(each, self.census, held, self._waiting)
        places = self._writer.add(held)
        opened = {(table, row): line for (table, row, _), (_, line) in places.items()}
        self.broken += [
            Broken("ssda903", self.authority, self.year, rule, table, opened[table, row])
            for rule, table, row in broken
        ]
        for fault in planted:
            kind = fault.kind
            line, row_line = places[kind.table, fault.row, kind.field]
            where = (self.authority, self.year, line, row_line)
            self.faults.append(Fault(kind.name, kind.table, kind.field, kind.check, *where, fault.value))
        self.truth.count(each, self.census)

    def finish(self) -> None:
        """Put the files into place."""
        self.files += self._writer.finish()
