"""What the lists of one month look at: two windows that end on the month's last day, and one child."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from dagster_project import dictionary
from dagster_project.dictionary import Field
from dagster_project.synthetic import days
from dagster_project.synthetic.annex_a import codes
from dagster_project.synthetic.care.lives import Care, age_at
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import Maker, share
from dagster_project.synthetic.cin import values as cin_values
from dagster_project.synthetic.ids import child_ids
from dagster_project.synthetic.lives import Child
from dagster_project.synthetic.ssda903.codes import ethnicity_of

#: A row as sent, by field. A date becomes a real date in the workbook.
Cell = str | int | date | None
Row = dict[str, Cell]

_TEAMS, _WORKERS = 12, 240


@dataclass(frozen=True)
class View:
    """The windows of a month: ``half`` of six months and ``whole`` of twelve, as two censuses."""

    half: Census
    whole: Census

    @property
    def end(self) -> int:
        """The last day of both."""
        return self.half.end


def view(authority: str, end: date, with_faults: bool) -> View:
    """What the lists of a month show that ends on ``end``."""
    last = end.toordinal()
    year = days.year_of(last)
    ids = child_ids(authority, year, with_faults)
    return View(
        Census(authority, year, _months_before(end, 6), last, ids),
        Census(authority, year, _months_before(end, 12), last, ids),
    )


def _months_before(end: date, months: int) -> int:
    """The day after the end of the month so many months before."""
    index = end.year * 12 + end.month - months
    return date(index // 12, index % 12 + 1, 1).toordinal()


@dataclass(frozen=True)
class Known:
    """A child in the lists, and its time in care if there was one."""

    child: Child
    care: Care | None
    view: View

    def about(self) -> Row:
        """What stands on every row of the child."""
        child, census = self.child, self.view.half
        is_born = census.knows(child.birth)
        is_known = child.is_sex_known and is_born
        return {
            "Child Unique ID": census.child_id(child),
            "Gender": codes.lettered(
                "annex_a_gender", ("b" if child.is_female else "a") if is_known else "c"
            ),
            "Ethnicity": codes.lettered(
                "annex_a_ethnicity", codes.ETHNICITIES[(ethnicity_of()(child, census) or "NOBT")[0]]
            ),
            "Date of Birth": on(child.birth) if is_born else None,
            "Age of Child (Years)": age_at(child, census.end) if is_born else None,
            "Does the Child have a Disability": codes.yes_no(child.is_disabled),
            **self.allocated(),
        }

    def allocated(self, worker: int | None = None) -> Row:
        """Who has the case: a number, and nobody."""
        number = worker or 1 + int(share(self.child.dice, "worker") * (_WORKERS - 1))
        return {"Allocated Team": f"Team {1 + number % _TEAMS}", "Allocated Worker": f"Worker {number:03d}"}


def on(day: int) -> date:
    """The day as a date."""
    return date.fromordinal(day)


@cache
def census_value(table: str, name: str) -> Maker:
    """What gives the value of a field of the census, so that both returns agree."""
    (field,) = (each for each in dictionary.fields("cin", table) if each.name == name)
    return cin_values.maker(field)


@cache
def fields(table: str, year: int) -> tuple[Field, ...]:
    """The fields of a list, in order."""
    return dictionary.fields("annex_a", table, year)
