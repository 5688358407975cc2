"""Rows of a census by what they are about: on which of them a rule can be broken, and how."""

from collections.abc import Callable

from dagster_project.synthetic import days
from dagster_project.synthetic.rule_faults import Spot

YEAR = 365


def after(spot: Spot) -> int:
    """The first working day after the year."""
    return days.add_working_days(spot.census.end, 1)


def referred(more: int) -> Callable[[Spot], int]:
    """So many days after the referral of the case."""
    return lambda spot: spot.day("CINreferralDate", spot.above) + more


def saturday(name: str) -> Callable[[Spot], int]:
    """The Saturday after a working day."""
    return lambda spot: spot.day(name) + 5 - days.weekday(spot.day(name))


def one_case(spot: Spot) -> bool:
    """The child has one case, which was not without further action."""
    return spot.is_only("cin_details") and spot.rows["cin_details"][0]["ReferralNFA"] == "0"


def still_open(spot: Spot) -> bool:
    """The child has one case, still open."""
    return one_case(spot) and spot.rows["cin_details"][0].get("CINclosureDate") is None


def closed(spot: Spot) -> bool:
    """The child has one case, closed for a reason that asks for nothing else."""
    return one_case(spot) and spot.rows["cin_details"][0].get("ReasonForClosure") in (
        "RC1",
        "RC3",
        "RC4",
        "RC5",
        "RC7",
    )


def nothing_done(spot: Spot) -> bool:
    """The child has one referral, of this year and without further action."""
    if not spot.is_only("cin_details") or spot.rows["cin_details"][0]["ReferralNFA"] != "1":
        return False
    return spot.day("CINreferralDate", spot.rows["cin_details"][0]) > spot.census.start


def _only_assessment(spot: Spot) -> bool:
    return still_open(spot) and spot.is_only("assessment")


def assessed(spot: Spot) -> bool:
    """The only assessment of an open case, done in the year."""
    return (
        still_open(spot)
        and spot.is_only("assessment")
        and spot.row.get("AssessmentAuthorisationDate") is not None
    )


def assessing(spot: Spot) -> bool:
    """The only assessment of an open case, not done yet."""
    return (
        still_open(spot)
        and spot.is_only("assessment")
        and spot.row.get("AssessmentAuthorisationDate") is None
    )


def enquiry(spot: Spot) -> bool:
    """The only enquiry of an open case, without a plan to follow."""
    return still_open(spot) and spot.is_only("section_47") and not spot.has("child_protection_plan")


def conference(spot: Spot) -> bool:
    """The only enquiry of an open case that led to a conference but to no plan."""
    return enquiry(spot) and spot.row.get("DateOfInitialCPC") is not None


def protected(spot: Spot) -> bool:
    """The only child protection plan of an open case, and no other plan."""
    return still_open(spot) and spot.is_only("child_protection_plan") and not spot.has("cin_plan")


def supported(spot: Spot) -> bool:
    """The only child in need plan of an open case, and no other plan."""
    return still_open(spot) and spot.is_only("cin_plan") and not spot.has("child_protection_plan")


def pupil(spot: Spot) -> bool:
    """With a pupil number that is no temporary one."""
    return spot.row.get("UPN") is not None and (spot.row.get("UPN") or "")[-1].isdigit()


def upn(change: Callable[[str], str]) -> Callable[[Spot], str]:
    """The pupil number, changed."""
    return lambda spot: change(spot.row["UPN"] or "")


def unborn(spot: Spot) -> bool:
    """Not born by the end of the year."""
    return spot.rows["child"][0].get("PersonBirthDate") is None
