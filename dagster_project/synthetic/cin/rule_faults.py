"""The rules of the children in need census that can be broken, each with the change that breaks it."""

from dagster_project.synthetic.cin.spots import (
    YEAR,
    after,
    assessed,
    assessing,
    closed,
    conference,
    enquiry,
    nothing_done,
    one_case,
    protected,
    pupil,
    referred,
    saturday,
    still_open,
    supported,
    unborn,
    upn,
)
from dagster_project.synthetic.pupil_numbers import with_check_letter
from dagster_project.synthetic.rule_faults import RuleFault, day_of

RULE_FAULTS = (
    # unborn
    RuleFault("8530Q", "child", {"ExpectedPersonBirthDate": lambda spot: spot.census.end - 31}, unborn),
    RuleFault("8750", "child", {"GenderCurrent": "1"}, unborn),
    RuleFault("8750", "child", {"Sex": "M"}, unborn),
    # section 47 enquiries
    RuleFault("8615", "section_47", {"S47ActualStartDate": day_of("DateOfInitialCPC", 1)}, conference),
    RuleFault("8715", "section_47", {"DateOfInitialCPC": after}, conference),
    RuleFault(
        "8875",
        "section_47",
        {"DateOfInitialCPC": saturday("DateOfInitialCPC")},
        lambda spot: conference(spot) and spot.day("DateOfInitialCPC") < spot.census.end - 6,
    ),
    RuleFault(
        "8870Q",
        "section_47",
        {"InitialCPCtarget": saturday("InitialCPCtarget")},
        lambda spot: spot.day("InitialCPCtarget") > 0,
    ),
    RuleFault(
        "8675Q",
        "section_47",
        {"ICPCnotRequired": "0"},
        lambda spot: (
            enquiry(spot)
            and spot.row.get("ICPCnotRequired") == "1"
            and spot.census.start <= spot.day("S47ActualStartDate") < spot.census.end - 40
        ),
    ),
    RuleFault(
        "2889",
        "section_47",
        {"S47ActualStartDate": referred(-1)},
        lambda spot: enquiry(spot) and spot.row.get("ICPCnotRequired") == "1",
        flags=("section_47", "cin_details"),
    ),
    RuleFault(
        "2991Q",
        "assessment",
        where=lambda spot: still_open(spot) and spot.is_only("assessment", "section_47"),
        flags=("section_47",),
        change="gone",
    ),
    # child protection plans
    RuleFault(
        "8841",
        "plan_review",
        {"CPPreviewDate": lambda spot: spot.day("CPPstartDate", spot.above)},
        lambda spot: not spot.has("cin_plan"),
        flags=("plan_review", "child_protection_plan"),
    ),
    RuleFault(
        "8925",
        "child_protection_plan",
        {"CPPendDate": day_of("CPPstartDate", -1)},
        lambda spot: (
            protected(spot) and not spot.has("plan_review") and spot.day("CPPstartDate") > spot.census.start
        ),
    ),
    RuleFault(
        "8840",
        "child_protection_plan",
        {"CPPendDate": day_of("CPPstartDate", 0)},
        lambda spot: (
            protected(spot) and not spot.has("plan_review") and spot.day("CPPstartDate") > spot.census.start
        ),
    ),
    RuleFault(
        "1105",
        "child_protection_plan",
        {"CPPstartDate": referred(-1)},
        lambda spot: protected(spot) and spot.day("CPPstartDate") < spot.census.start,
        flags=("child_protection_plan", "cin_details"),
    ),
    RuleFault("8930", "child_protection_plan", {"CPPendDate": lambda spot: spot.census.end + 1}, protected),
    RuleFault("8720", "child_protection_plan", {"CPPstartDate": None}, protected),
    RuleFault("8730", "child_protection_plan", {"NumberOfPreviousCPP": None}),
    RuleFault("8905", "child_protection_plan", {"InitialCategoryOfAbuse": "XXX"}),
    RuleFault("8910", "child_protection_plan", {"LatestCategoryOfAbuse": "XXX"}),
    # child in need plans
    RuleFault(
        "4011",
        "cin_plan",
        {"CINPlanEndDate": day_of("CINPlanStartDate", -1)},
        lambda spot: supported(spot) and spot.day("CINPlanStartDate") > spot.census.start,
    ),
    RuleFault(
        "4012Q",
        "cin_plan",
        {"CINPlanEndDate": day_of("CINPlanStartDate", 0)},
        lambda spot: supported(spot) and spot.day("CINPlanStartDate") > spot.census.start,
    ),
    RuleFault("4013", "cin_plan", {"CINPlanEndDate": lambda spot: spot.census.end + 1}, supported),
    RuleFault(
        "4015", "cin_plan", {"CINPlanStartDate": referred(-1)}, supported, flags=("cin_plan", "cin_details")
    ),
    RuleFault("4010", "cin_plan", {"CINPlanStartDate": None}, supported),
    # assessments
    RuleFault(
        "8670Q",
        "assessment",
        {"AssessmentActualStartDate": lambda spot: spot.census.end - 80},
        lambda spot: assessing(spot) and spot.day("CINreferralDate", spot.above) <= spot.census.end - 80,
    ),
    RuleFault("8736", "assessment", {"AssessmentActualStartDate": None}, assessing),
    RuleFault(
        "8614",
        "assessment",
        {"AssessmentAuthorisationDate": None},
        lambda spot: (
            assessed(spot)
            and spot.has("assessment_factor")
            and spot.day("AssessmentActualStartDate") > spot.census.end - 50
        ),
    ),
    RuleFault(
        "8696",
        "assessment",
        {"AssessmentAuthorisationDate": lambda spot: spot.census.start - 1},
        lambda spot: assessed(spot) and spot.day("AssessmentActualStartDate") < spot.census.start,
    ),
    RuleFault(
        "8608",
        "assessment",
        {"AssessmentActualStartDate": day_of("AssessmentAuthorisationDate", 1)},
        assessed,
    ),
    RuleFault(
        "1103",
        "assessment",
        {"AssessmentActualStartDate": referred(-1)},
        assessed,
        flags=("assessment", "cin_details"),
    ),
    RuleFault(
        "8897Q",
        "assessment_factor",
        where=lambda spot: still_open(spot) and spot.is_only("assessment", "assessment_factor"),
        flags=("assessment",),
        change="gone",
    ),
    RuleFault("8898", "assessment_factor", where=lambda spot: spot.is_only("assessment"), change="twice"),
    RuleFault("8945Q", "assessment_factor", {"AssessmentFactors": "18A"}, still_open),
    RuleFault("8950Q", "assessment_factor", {"AssessmentFactors": "19A"}, still_open),
    # cases
    RuleFault("8585Q", "cin_details", {"ReasonForClosure": "RC2"}, closed, flags=("cin_details", "child")),
    RuleFault("8640", "cin_details", {"ReasonForClosure": "RC0"}, closed),
    RuleFault("8805", "cin_details", {"ReasonForClosure": None}, closed),
    RuleFault("8620", "cin_details", {"CINclosureDate": lambda spot: spot.census.end + 1}, closed),
    RuleFault(
        "8630",
        "cin_details",
        {"CINclosureDate": day_of("CINreferralDate", -1)},
        lambda spot: nothing_done(spot) and spot.row.get("CINclosureDate") is not None,
    ),
    RuleFault(
        "8810",
        "cin_details",
        {"CINclosureDate": None},
        lambda spot: nothing_done(spot) and spot.row.get("CINclosureDate") is not None,
    ),
    RuleFault(
        "8825Q",
        "cin_details",
        {"ReasonForClosure": "RC8"},
        lambda spot: nothing_done(spot) and spot.row.get("CINclosureDate") is not None,
    ),
    RuleFault(
        "8568",
        "cin_details",
        {"ReferralNFA": None},
        lambda spot: one_case(spot) and spot.day("CINreferralDate") > spot.census.start,
    ),
    RuleFault("8600", "cin_details", {"CINreferralDate": None}, one_case),
    RuleFault(
        "8606",
        "cin_details",
        {"CINreferralDate": lambda spot: spot.day("PersonBirthDate", spot.above) - 281},
        lambda spot: one_case(spot) and not unborn(spot),
        flags=("cin_details", "child"),
    ),
    RuleFault("8610", "cin_details", {"PrimaryNeedCode": None}, one_case),
    RuleFault("8650", "cin_details", {"PrimaryNeedCode": "N99"}, one_case),
    RuleFault("8866", "cin_details", {"ReferralSource": "XX"}, one_case),
    RuleFault("8590", "cin_details", where=nothing_done, flags=("child",), change="gone"),
    # children
    RuleFault(
        "8540",
        "disability",
        where=lambda spot: one_case(spot) and spot.is_only("disability"),
        flags=("child", "cin_details"),
        change="gone",
    ),
    RuleFault("8794", "disability", change="twice"),
    RuleFault(
        "8555Q",
        "child",
        {"PersonDeathDate": lambda spot: spot.day("CINreferralDate", spot.rows["cin_details"][0]) - 1},
        lambda spot: nothing_done(spot) and 0 < spot.day("PersonBirthDate") < spot.census.start - 1,
        flags=("child", "cin_details"),
    ),
    RuleFault(
        "8545Q",
        "child",
        {"PersonDeathDate": lambda spot: spot.census.end + 1},
        lambda spot: not unborn(spot),
    ),
    RuleFault(
        "8772",
        "child",
        {"UPNunknown": "UN7"},
        lambda spot: one_case(spot) and spot.row.get("UPNunknown") == "UN4",
        flags=("child", "cin_details"),
    ),
    RuleFault(
        "8770Q",
        "child",
        {"UPN": None},
        lambda spot: (
            one_case(spot) and pupil(spot) and spot.day("PersonBirthDate") < spot.census.end - 8 * YEAR
        ),
    ),
    RuleFault(
        "8775Q",
        "child",
        {"PersonBirthDate": lambda spot: spot.census.end - 26 * YEAR},
        still_open,
        flags=("child", "cin_details"),
    ),
    RuleFault(
        "8520",
        "child",
        {"PersonBirthDate": lambda spot: spot.census.end + 1},
        lambda spot: (
            nothing_done(spot)
            and not unborn(spot)
            and spot.day("CINreferralDate", spot.rows["cin_details"][0]) > spot.census.end - 250
        ),
    ),
    RuleFault(
        "8525Q",
        "child",
        {"ExpectedPersonBirthDate": lambda spot: spot.census.end + 1},
        lambda spot: (
            nothing_done(spot)
            and not unborn(spot)
            and spot.day("CINreferralDate", spot.rows["cin_details"][0]) > spot.census.end - 250
        ),
    ),
    RuleFault("8500", "child", {"LAchildID": None}),
    RuleFault("1510", "child", {"UPN": upn(lambda upn: ("A" if upn[0] != "A" else "B") + upn[1:])}, pupil),
    RuleFault("1530", "child", {"UPN": upn(lambda upn: with_check_letter("000" + upn[4:]))}, pupil),
    RuleFault("1540", "child", {"UPN": upn(lambda upn: upn[:4] + "A" + upn[5:])}, pupil),
    RuleFault("1550", "child", {"UPN": upn(lambda upn: upn[:12] + "S")}, pupil),
    RuleFault("1560Q", "child", {"FormerUPN": "X1"}, pupil),
    RuleFault("1570", "child", {"LAchildID": "X" * 21}),
    RuleFault("1580", "child", {"LAchildID": "X-1"}),
    RuleFault("4180", "child", {"GenderCurrent": "5"}, lambda spot: not unborn(spot)),
    RuleFault("4180", "child", {"Sex": "X"}, lambda spot: not unborn(spot)),
    RuleFault("4220", "child", {"Ethnicity": "XXXX"}),
)
