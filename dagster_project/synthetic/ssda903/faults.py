"""The faults planted in made-up looked-after children returns, each with the check that should find it.

A fault is a change to the rows of one child before they are written. Where one could change a count, it falls
on a child in whom it changes none: dates of episodes are spoilt in the middle of a period that ended in the
year, so that when it began and ended stands as it was.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dagster_project import dictionary
from dagster_project.synthetic import ids
from dagster_project.synthetic.care.lives import Care
from dagster_project.synthetic.care.views import current, periods, spells
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.ssda903.rows import Row

#: A change to a child's rows. It gives the row's number in its table and what is sent now, or None where the
#: child does not suit.
Change = Callable[[Care, Census, list[Row]], tuple[int, str | None] | None]

_ZERO_OF_NUMBERED_DAYS = date(1899, 12, 30)  # as spreadsheets number them


@dataclass(frozen=True)
class Kind:
    """A kind of fault, planted once in each file of one authority.

    Attributes:
        name: What it is called.
        authority: Whose files hold it.
        table: The table of the dictionary it concerns.
        field: The field it concerns.
        check: The check of the contract that it should fail; None where it must be read without complaint,
            or is for a test between rows to find.
        change: What it does.
    """

    name: str
    authority: str
    table: str
    field: str
    check: str | None
    change: Change


@dataclass(frozen=True)
class Planted:
    """A fault in the rows of a child that are still to be written: ``row`` is its number among those."""

    kind: Kind
    row: int
    value: str | None


class Planter:
    """Plants the faults of one file, at most one in a child."""

    def __init__(self, census: Census, with_faults: bool, tables: frozenset[str]) -> None:
        self._census = census
        self._waiting = [
            kind
            for kind in KINDS
            if with_faults and kind.authority == census.authority and kind.table in tables
        ]
        self._has_awkward_ids = with_faults and census.authority == ids.AWKWARD
        self._seen: Counter[str] = Counter()

    def plant(self, care: Care, rows: dict[str, list[Row]]) -> list[Planted]:
        """Change the rows of a child, and say where."""
        found = []
        if self._has_awkward_ids and (name := ids.awkward(care.child)[0]):
            kind = Kind(name, ids.AWKWARD, "header", "CHILD", None, _nothing)
            found.append(Planted(kind, 0, rows["header"][0]["CHILD"]))
        for kind in self._waiting:
            changed = kind.change(care, self._census, rows[kind.table])
            if changed is not None:
                self._waiting.remove(kind)
                return [*found, Planted(kind, *changed)]
        return found


def _nothing(care: Care, census: Census, rows: list[Row]) -> None:
    del care, census, rows


def _send(field: str, value: str | Callable[[Row, int], str | None]) -> Change:
    """Another value in the first row that has one."""

    def change(care: Care, census: Census, rows: list[Row]) -> tuple[int, str | None] | None:
        del care
        for number, row in enumerate(rows):
            if row.get(field):
                sent = value if isinstance(value, str) else value(row, census.year)
                if sent is not None:
                    row[field] = sent
                    return number, sent
        return None

    return change


def _twice(care: Care, census: Census, rows: list[Row]) -> tuple[int, str | None] | None:
    if current(care, census) is None:
        return None
    rows.append(dict(rows[0]))
    return 1, rows[0]["CHILD"]


def _open_with_reason(care: Care, census: Census, rows: list[Row]) -> tuple[int, str | None] | None:
    if current(care, census) is None or rows[-1]["DEC"] is not None:
        return None
    rows[-1]["REC"] = "X1"
    return len(rows) - 1, "X1"


def _end(days_from_next: int | None) -> Change:
    """An episode that ends so many days from when the next one began, or ten before it began itself."""

    def change(care: Care, census: Census, rows: list[Row]) -> tuple[int, str | None] | None:
        shown = periods(care, census)
        if len(shown) != 1 or shown[0].is_short_break or shown[0].end > census.end:
            return None
        chain = spells(shown[0], census)
        if len(chain) < 2 or min(each.end - each.day for each in chain[:2]) < 15:
            return None
        day = chain[0].day - 10 if days_from_next is None else chain[0].end + days_from_next
        rows[0]["DEC"] = date.fromordinal(day).strftime("%d/%m/%Y")
        return 0, rows[0]["DEC"]

    return change


def _sex_of_another_year(row: Row, year: int) -> str | None:
    known = dictionary.codes("ssda903_sex", year)
    pairs = {"1": "M", "2": "F", "M": "1", "F": "2"}
    other = pairs.get(row["SEX"] or "")
    return other if other not in known else None


def _day_number(row: Row, year: int) -> str:
    del year
    day = dictionary.date_in(row["REVIEW"] or "")
    assert day is not None
    return str((day - _ZERO_OF_NUMBERED_DAYS).days)


KINDS = (
    Kind("unknown_code", "991", "header", "ETHNIC", "is_a_known_code", _send("ETHNIC", "ZZZZ")),
    Kind(
        "code_of_another_year",
        "991",
        "header",
        "SEX",
        "code_not_in_this_year",
        _send("SEX", _sex_of_another_year),
    ),
    Kind(
        "trailing_space",
        "991",
        "episodes",
        "LS",
        None,
        _send("LS", lambda row, _: f"{row['LS']} "),
    ),
    Kind(
        "day_that_does_not_exist",
        "992",
        "reviews",
        "REVIEW",
        "is_a_date",
        _send("REVIEW", lambda _, year: f"{year}-02-30"),
    ),
    Kind("day_as_a_number", "992", "reviews", "REVIEW", "is_a_date", _send("REVIEW", _day_number)),
    Kind(
        "day_with_a_time",
        "992",
        "reviews",
        "REVIEW",
        "is_a_date",
        _send("REVIEW", lambda row, _: f"{row['REVIEW']} 00:00:00"),
    ),
    Kind("child_twice", "993", "header", "CHILD", "repeated_key", _twice),
    Kind("open_with_reason", "993", "episodes", "REC", None, _open_with_reason),
    Kind("end_before_start", "994", "episodes", "DEC", None, _end(None)),
    Kind("overlap", "995", "episodes", "DEC", None, _end(10)),
    Kind("gap", "996", "episodes", "DEC", None, _end(-10)),
)
