"""The faults planted in made-up files: declared in one list, each with the check that should find it.

A fault is a change to the lines of one child, or of the header, after they were made: what a careless system
would send. Rare, and the same each time, so that a test can count them. Where one could change a count, it
falls on a child who is in no other count than the referrals of that year.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dagster_project import dictionary
from dagster_project.synthetic import changes
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.cin import suits
from dagster_project.synthetic.lives import Child
from dagster_project.synthetic.planted import XmlKind, code_of_another_year

_RETURN = "cin"

Hidden = Literal["referral date", "child id"]


@dataclass(frozen=True)
class Kind(XmlKind):
    """A kind of fault, planted ``count`` times in each file of one authority.

    Attributes:
        suits: On whom it may fall.
        count: How many times in a file.
        after: How many whom it suits are passed over first.
        hides: What of the row can no longer be read.
    """

    suits: Callable[[Child, Census], bool] = suits.is_alone
    count: int = 1
    after: int = 3
    hides: Hidden | None = None


def _unless_collected(table: str, name: str, value: str) -> Callable[[int], str | None]:
    def sent(year: int) -> str | None:
        return value if all(field.name != name for field in dictionary.fields(_RETURN, table, year)) else None

    return sent


KINDS = (
    Kind(
        "unknown_code", "991", "cin_details", "ReferralSource", "is_a_known_code", changes.send, "ZZ", count=2
    ),
    Kind(
        "code_of_another_year",
        "991",
        "assessment_factor",
        "AssessmentFactors",
        "code_not_in_this_year",
        changes.send,
        code_of_another_year(_RETURN, "assessment_factor", "AssessmentFactors"),
    ),
    Kind("word_for_yes_or_no", "991", "cin_details", "ReferralNFA", None, changes.send_word, count=2),
    Kind(
        "date_day_first",
        "991",
        "cin_details",
        "CINreferralDate",
        None,
        changes.turn_date,
        suits=suits.is_doubtful,
        count=2,
    ),
    Kind(
        "missing_child_id",
        "992",
        "child",
        "LAchildID",
        "required",
        changes.leave_out,
        suits=suits.is_quiet,
        hides="child id",
    ),
    Kind(
        "unreadable_date",
        "992",
        "cin_details",
        "CINreferralDate",
        "is_a_date",
        changes.send,
        lambda year: f"31/02/{year}",
        suits=suits.is_quiet,
        count=2,
        hides="referral date",
    ),
    Kind("unknown_ethnicity", "992", "child", "Ethnicity", "is_a_known_code", changes.send, "nan"),
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
    Kind(
        "same_referral_twice",
        "993",
        "cin_details",
        "CINreferralDate",
        None,
        changes.repeat_row,
        suits=suits.is_nothing_done,
        count=2,
    ),
    Kind(
        "stray_text",
        "994",
        "child",
        "PersonBirthDate",
        "stray_text",
        changes.add_text,
        "PersonBirthDate",
        count=2,
    ),
    Kind(
        "namespace",
        "995",
        "header",
        "Message",
        None,
        changes.add_namespace,
        "http://www.example.org/cin",
        remainder=1,
    ),
    *(
        Kind(
            "element_of_another_year",
            "995",
            "child",
            name,
            "not_collected_this_year",
            changes.insert,
            _unless_collected("child", name, value),
            beside="PersonBirthDate",
        )
        for name, value in (("GenderCurrent", "1"), ("Sex", "F"))
    ),
)
