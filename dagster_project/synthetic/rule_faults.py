"""Breaking statutory rules on purpose: one change to one row of a clean return, and where rules then fail.

What is broken is declared in one list for each return, ``cin/rule_faults.py`` and ``ssda903/rule_faults.py``.
A fault falls on the first child that suits it and has no other, so that many stand in one return and none
meets another. It says itself which rules fail at which rows, and nothing else is to fail.
"""

import csv
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from dagster_project import dictionary
from dagster_project.synthetic.census import Census

#: What is sent: a text, nothing (None), or what is worked out: a day's number becomes a date.
Value = str | int | None
Row = dict[str, str | None]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Spot:
    """A row on which a fault may fall, with all other rows of the child.

    ``who`` is whose life it is; ``above`` the row that the row stands in, where the return is nested.
    """

    row: Row
    rows: Rows
    census: Census
    who: Any
    above: Row = field(default_factory=dict)

    def has(self, *tables: str) -> bool:
        """Whether the child has a row in one of the tables."""
        return any(self.rows.get(table) for table in tables)

    def is_only(self, *tables: str) -> bool:
        """Whether the child has exactly one row in each of the tables."""
        return all(len(self.rows.get(table, ())) == 1 for table in tables)

    def day(self, name: str, row: Row | None = None) -> int:
        """The number of a day of the row, or of another row; 0 where there is none."""
        return number_of((self.row if row is None else row).get(name))


def _anywhere(spot: Spot) -> bool:
    del spot
    return True


@dataclass(frozen=True)
class RuleFault:
    """A change that breaks a rule.

    Attributes:
        rule: Its code.
        table: The table in which a row is changed.
        send: What is sent in the row's fields, instead of what was there.
        where: On which rows it may fall.
        flags: Tables in which the rule reports a row: of ``table`` the one changed, of another the one it
            stands in or all that the child has. Of ``table`` alone where it is not given.
        also: Other rules that fail by the same change, because they ask for the same; each with its tables.
        change: ``send``, or the row is ``gone``, or there ``twice``.
    """

    rule: str
    table: str
    send: Mapping[str, Value | Callable[[Spot], Value]] = field(default_factory=dict)
    where: Callable[[Spot], bool] = _anywhere
    flags: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    change: Literal["send", "gone", "twice"] = "send"

    def broken(self) -> dict[str, tuple[str, ...]]:
        """The rules that fail, each with the tables in which it reports rows."""
        return {self.rule: self.flags or (self.table,), **self.also}

    def is_collected(self, return_id: str, year: int) -> bool:
        """Whether the return of a year has the fields that are sent."""
        known = {each.name for each in dictionary.fields(return_id, self.table, year)}
        return bool(known) and known >= {*self.send}

    def sent(self, spot: Spot, write: Callable[[date], str]) -> Row:
        """What is sent, days as ``write`` has them."""
        values = {name: value(spot) if callable(value) else value for name, value in self.send.items()}
        return {
            name: write(date.fromordinal(value)) if isinstance(value, int) else value
            for name, value in values.items()
        }


@dataclass(frozen=True)
class Broken:
    """A place at which a rule is to fail: the line on which the row opens in the file."""

    return_id: str
    authority: str
    year: int
    rule: str
    table: str
    line: int


class Waiting:
    """The faults of a return that are still to be planted, each once."""

    def __init__(
        self, return_id: str, year: int, faults: Iterable[RuleFault], rules: Collection[str]
    ) -> None:
        self._faults = [each for each in faults if each.rule in rules and each.is_collected(return_id, year)]

    def __bool__(self) -> bool:
        """Whether one is left."""
        return bool(self._faults)

    def take(self, spots: Callable[[str], Sequence[Spot]]) -> tuple[RuleFault, int] | None:
        """The first fault that suits a child, and the number of the row; it waits no longer.

        Args:
            spots: What gives the child's rows of a table.
        """
        for fault in self._faults:
            for number, spot in enumerate(spots(fault.table)):
                if fault.where(spot):
                    self._faults.remove(fault)
                    return fault, number
        return None


def day_of(name: str, more: int) -> Callable[[Spot], int]:
    """What gives the day that many days after one of the row."""
    return lambda spot: spot.day(name) + more


def number_of(text: str | None) -> int:
    """The number of the day that a text says; 0 where it says none."""
    day = dictionary.date_in(text) if text else None
    return day.toordinal() if day else 0


def write_broken(file: Path, broken: Iterable[Broken]) -> Path:
    """What was planted, beside the returns: one row for each rule and row at which it is to fail."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream, lineterminator="\n")
        sheet.writerow(["return_id", "la_code", "collection_year", "rule_code", "table", "row"])
        for each in broken:
            sheet.writerow([each.return_id, each.authority, each.year, each.rule, each.table, each.line])
    return file
