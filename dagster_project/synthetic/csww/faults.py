"""The faults planted in made-up workforce censuses, each with the check that should find it.

Rare, and the same each time. Where one could change a count it falls on a row that is in none, or the truth
says what a warehouse can still know.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dagster_project.synthetic import changes
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.csww import suits
from dagster_project.synthetic.csww.rows import Row
from dagster_project.synthetic.planted import XmlKind, code_of_another_year


@dataclass(frozen=True)
class Kind(XmlKind):
    """A kind of fault, planted once in each file of one authority, in a ``worker`` or the ``header``.

    Attributes:
        suits: On which rows it may fall.
        renames: Whether it is the worker's number that is changed or missing.
    """

    suits: Callable[[Row, Census], bool] = suits.is_settled
    renames: bool = False


def _drop_letters(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """The number without the two letters it begins with."""
    digits = lines[index].partition(">")[2].partition("<")[0][2:]
    return changes.send(lines, index, row, field, digits + value)


def _comment_inside(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """A comment in the middle of the text."""
    del row, field
    opening, _, rest = lines[index].partition(">")
    lines[index] = f"{opening}>{rest[:1]}{value}{rest[1:]}"
    return value


KINDS = (
    Kind("unknown_code", "991", "worker", "OrgRole", "is_a_known_code", changes.send, "99"),
    # Silent until the dictionary knows such a code: of the workforce's lists only one year has been read.
    Kind(
        "code_of_another_year",
        "991",
        "worker",
        "OrgRole",
        "code_not_in_this_year",
        changes.send,
        code_of_another_year("csww", "worker", "OrgRole"),
    ),
    Kind("word_for_yes_or_no", "991", "worker", "FrontlineGrad", "is_a_known_code", changes.send, "false"),
    Kind("missing_number", "992", "worker", "SWENo", "required", changes.leave_out, renames=True),
    Kind("number_without_letters", "992", "worker", "SWENo", "matches_pattern", _drop_letters, renames=True),
    Kind(
        "unreadable_date",
        "992",
        "worker",
        "RoleStartDate",
        "is_a_date",
        changes.send,
        lambda year: f"31/02/{year - 3}",
    ),
    Kind("worker_twice", "993", "worker", "SWENo", None, changes.repeat_row),
    Kind("leaver_twice", "993", "worker", "SWENo", None, changes.repeat_row, suits=suits.has_left),
    Kind(
        "year_of_the_header",
        "993",
        "header",
        "Year",
        "year_disagrees",
        changes.send,
        lambda year: str(year - 1),
        remainder=0,
    ),
    Kind("collection_left_out", "994", "header", "Collection", None, changes.leave_out),
    Kind("stray_text", "994", "worker", "FTE", "stray_text", changes.add_text, "FTE"),
    Kind(
        "words_for_a_number",
        "994",
        "worker",
        "Cases30",
        "is_a_number",
        changes.send,
        "none",
        suits=suits.has_no_case,
    ),
    Kind(
        "fte_over_one",
        "995",
        "worker",
        "FTE",
        "within_limits",
        changes.send,
        "1.2",
        suits=suits.is_ended_contract,
    ),
    Kind(
        "namespace",
        "995",
        "header",
        "Message",
        None,
        changes.add_namespace,
        "http://www.example.org/csww",
        remainder=1,
    ),
    Kind(
        "end_before_start",
        "996",
        "worker",
        "RoleStartDate",
        None,
        changes.send,
        lambda year: f"{year + 1}-01-14",
        suits=suits.has_left,
    ),
    Kind(
        "date_day_first",
        "996",
        "worker",
        "RoleEndDate",
        None,
        changes.turn_date,
        suits=suits.has_left_on_a_doubtful_day,
    ),
    Kind(
        "comment_in_a_value",
        "996",
        "worker",
        "Cases30",
        None,
        _comment_inside,
        "<!-- checked -->",
        suits=suits.has_many_cases,
    ),
    Kind(
        "unknown_element",
        "996",
        "worker",
        "Sex",
        "unknown_element",
        changes.insert,
        "F",
        beside="GenderCurrent",
    ),
)
