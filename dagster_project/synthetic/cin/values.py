"""What the elements of the census mean: which date of a life goes where.

Which elements there are, in what order and in which years, is the dictionary's alone. One that is not named
here gets a plausible value by its kind, so a new year is rows in the dictionary.
"""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

from dagster_project import dictionary
from dagster_project.dictionary import Field
from dagster_project.synthetic import days
from dagster_project.synthetic.census import Census, episodes
from dagster_project.synthetic.choices import Maker, fixed, pick, plausible, share
from dagster_project.synthetic.lives import Assessment, Child, Enquiry, Episode, Protection
from dagster_project.synthetic.pupil_numbers import former_pupil_number, is_of_school_age, pupil_number


def maker(field: Field) -> Maker:
    """What makes the text of an element, from its row and the census; None leaves the element out."""
    found = _MAKERS.get(field.table, {}).get(field.name)
    return found(field) if found else plausible(field)


def _day(attribute: str) -> Callable[[Field], Maker]:
    """A date of the row, left out while it lies ahead."""
    of = attrgetter(attribute)

    def make(row: Any, census: Census) -> str | None:
        day = of(row)
        return days.iso(day) if day is not None and day <= census.end else None

    return lambda _: make


def _text(make: Maker) -> Callable[[Field], Maker]:
    return lambda _: make


# The header


def _sent(census: Census, _: Census) -> str:
    return f"{days.iso(census.end + 50)}T10:{int(census.authority) % 60:02d}:00"


# The child


def _pupil_number_unknown(field: Field) -> Maker:
    def make(child: Child, census: Census) -> str | None:
        if pupil_number(child, census) is not None:
            return None
        if not is_of_school_age(child, census):
            reason = "UN1"
        else:
            reason = "UN7" if all(episode.is_nfa for episode in episodes(child, census)) else "UN4"
        return _if_known(reason, field, census.year)

    return make


def _birth_expected(child: Child, census: Census) -> str | None:
    return None if census.knows(child.birth) else days.iso(child.birth)


def _sex(male: str, female: str, unknown: str) -> Callable[[Field], Maker]:
    def make(child: Child, census: Census) -> str:
        if not child.is_sex_known or not census.knows(child.birth):
            return unknown
        return female if child.is_female else male

    return lambda _: make


# The episode


def _primary_need(field: Field) -> Maker:
    """Must be there once something is done; often is not where nothing is."""
    need = partial(_coded, field)

    def make(episode: Episode, census: Census) -> str | None:
        return None if episode.is_nfa and share(episode.dice, "need") < 0.6 else need(episode, census)

    return make


def _coded(field: Field, row: Any, census: Census) -> str:
    assert field.code_list is not None
    return pick(field.code_list, days.year_of(row.day), census.year, share(row.dice, field.name))


def _closed(episode: Episode, census: Census) -> str | None:
    """Most referrals without further action are sent without a closure; some close the same day."""
    if episode.is_nfa and share(episode.dice, "closed") >= 0.3:
        return None
    return days.iso(episode.closed) if census.knows(episode.closed) else None


_SPECIAL_ENDINGS = frozenset({"RC2", "RC6", "RC8", "RC9"})


def _reason(field: Field) -> Maker:
    def make(episode: Episode, census: Census) -> str | None:
        if _closed(episode, census) is None:
            return None
        if episode.ending == "died":
            return "RC2"
        if episode.ending == "adult":
            return "RC6"
        if episode.ending == "assessed":
            helped = share(episode.dice, "early help") < 0.3
            return (_if_known("RC9", field, census.year) if helped else None) or "RC8"
        assert field.code_list is not None
        part = share(episode.dice, field.name)
        return pick(field.code_list, census.year, census.year, part, without=_SPECIAL_ENDINGS)

    return make


def _if_known(code: str, field: Field, year: int) -> str | None:
    return code if field.code_list and code in dictionary.codes(field.code_list, year) else None


# Assessments, enquiries and plans


def _reviewed(assessment: Assessment, census: Census) -> str | None:
    if share(assessment.dice, "reviewed") >= 0.6:
        return None
    day = assessment.day + (assessment.authorised - assessment.day) // 4
    return days.iso(day) if census.knows(day) else None


def _own_conference(episode: Episode, census: Census) -> str | None:
    return days.iso(episode.own_conference or 0) if census.covers(episode.own_conference) else None


def _not_required(enquiry: Enquiry, _: Census) -> str:
    return "1" if enquiry.conference is None else "0"


def _latest_category(field: Field) -> Maker:
    """As at the start, for nine plans in ten."""
    first = next(found for found in dictionary.fields("cin", field.table) if found.name.startswith("Initial"))
    initial, changed = partial(_coded, first), partial(_coded, field)

    def make(plan: Protection, census: Census) -> str:
        return (initial if share(plan.dice, "kept") < 0.9 else changed)(plan, census)

    return make


_MAKERS: dict[str, dict[str, Callable[[Field], Maker]]] = {
    "header": {
        "Year": _text(lambda census, _: str(census.year)),
        "ReferenceDate": _day("end"),
        "LEA": _text(lambda census, _: census.authority),
        "SoftwareCode": _text(fixed("made up")),
        "Release": _text(fixed("1")),
        "SerialNo": _text(fixed("001")),
        "DateTime": _text(_sent),
    },
    "child": {
        "LAchildID": _text(lambda child, census: census.child_id(child)),
        "UPN": _text(pupil_number),
        "FormerUPN": _text(former_pupil_number),
        "UPNunknown": _pupil_number_unknown,
        "PersonBirthDate": _day("birth"),
        "ExpectedPersonBirthDate": _text(_birth_expected),
        "GenderCurrent": _sex("1", "2", "0"),
        "Sex": _sex("M", "F", "U"),
        "PersonDeathDate": _day("death"),
    },
    "disability": {"Disability": _text(lambda code, _: code)},
    "cin_details": {
        "CINreferralDate": _day("day"),
        "PrimaryNeedCode": _primary_need,
        "CINclosureDate": _text(_closed),
        "ReasonForClosure": _reason,
        "DateOfInitialCPC": _text(_own_conference),
        "ReferralNFA": _text(lambda episode, _: "1" if episode.is_nfa else "0"),
    },
    "assessment": {
        "AssessmentActualStartDate": _day("day"),
        "AssessmentInternalReviewDate": _text(_reviewed),
        "AssessmentAuthorisationDate": _day("authorised"),
    },
    "assessment_factor": {"AssessmentFactors": _text(lambda code, _: code)},
    "cin_plan": {"CINPlanStartDate": _day("day"), "CINPlanEndDate": _day("end")},
    "section_47": {
        "S47ActualStartDate": _day("day"),
        "InitialCPCtarget": _text(lambda row, _: days.iso(row.target) if row.conference else None),
        "DateOfInitialCPC": _day("conference"),
        "ICPCnotRequired": _text(_not_required),
    },
    "child_protection_plan": {
        "CPPstartDate": _day("day"),
        "CPPendDate": _day("end"),
        "LatestCategoryOfAbuse": _latest_category,
        "NumberOfPreviousCPP": _text(lambda plan, _: str(plan.previous)),
    },
    "plan_review": {"CPPreviewDate": _text(lambda day, _: days.iso(day))},
}
