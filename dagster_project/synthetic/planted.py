"""What the faults planted in made-up files have in common, whichever return they stand in."""

from collections.abc import Callable
from dataclasses import dataclass

from dagster_project import dictionary
from dagster_project.synthetic import changes


@dataclass(frozen=True)
class Fault:
    """A fault that stands in a file.

    Attributes:
        name: What kind it is.
        table: The table of the dictionary it concerns.
        field: The element it concerns.
        check: The check of the contract that it should fail; None where it must be read without complaint.
        authority: Whose file.
        year: Which year's, by its ending.
        line: The line of the element at fault; of the row's own element where that is missing.
        row_line: The line on which the row's own element opens.
        value: What is sent; None where it is the absence that is at fault.
    """

    name: str
    table: str
    field: str
    check: str | None
    authority: str
    year: int
    line: int
    row_line: int
    value: str | None


@dataclass(frozen=True)
class XmlKind:
    """A kind of fault in the lines of an XML return, planted in each file of one authority.

    Attributes:
        name: What it is called.
        authority: Whose files hold it.
        table: The table of the dictionary it concerns.
        field: The element it concerns.
        check: See ``Fault``.
        change: What it does to the lines.
        value: What to send, or what gives it from the year; where that gives None, nothing is planted.
        beside: The element whose line is changed, where it is not the field's own.
        remainder: Planted only in years that leave this remainder by two.
    """

    name: str
    authority: str
    table: str
    field: str
    check: str | None
    change: changes.Change
    value: str | Callable[[int], str | None] = ""
    beside: str = ""
    remainder: int | None = None

    def sent(self, year: int) -> str | None:
        """The value to send in a year; None where the fault is not for that year."""
        if self.remainder is not None and year % 2 != self.remainder:
            return None
        return self.value if isinstance(self.value, str) else self.value(year)


def code_of_another_year(return_id: str, table: str, name: str) -> Callable[[int], str | None]:
    """What gives a code of a field's list that a year does not accept; None where every code holds always."""

    def code(year: int) -> str | None:
        found = [each.code_list for each in dictionary.fields(return_id, table, year) if each.name == name]
        others = [sorted(dictionary.codes(each) - dictionary.codes(each, year)) for each in found if each]
        return next((codes[0] for codes in others if codes), None)

    return code


def line_of(lines: list[str], element: str) -> int | None:
    """The first of the lines that opens an element; None where none does."""
    opening = f"<{element}>"
    return next((index for index, line in enumerate(lines) if line.lstrip().startswith(opening)), None)
