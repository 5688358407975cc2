"""Lists 8 and 9: children in care and care leavers."""

from collections.abc import Iterator

from dagster_project import dictionary
from dagster_project.synthetic import days
from dagster_project.synthetic.annex_a import codes
from dagster_project.synthetic.annex_a.codes import lettered, yes_no
from dagster_project.synthetic.annex_a.view import Known, Row, on
from dagster_project.synthetic.care.lives import Care, Period, age_at, birthday
from dagster_project.synthetic.care.views import current, leaver_age, periods, placements
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.ssda903.codes import need_code, postcode, reason_code
from dagster_project.synthetic.ssda903.wellbeing import leaver


def in_care(known: Known) -> Iterator[Row]:
    """Periods of care that ran at some time in the window, short breaks left out."""
    care, census = known.care, known.view.half
    for period in periods(care, census) if care is not None else ():
        if not period.is_short_break and care is not None:
            yield _about_period(known, period) | _about_place(known, care, period)


def _about_period(known: Known, period: Period) -> Row:
    census, child = known.view.half, known.child
    is_over = census.knows(period.end)
    until = min(period.end, census.end)
    spells = [each for each in period.spells if each.day <= census.end]
    ordered = next(each.day for each in spells if each.legal == spells[-1].legal)
    reviews = [day for day in period.reviews if day <= until]
    plan = codes.PLANS.get(period.reason, "e" if spells[-1].place.kind == "K2" else "f")
    reason = codes.REASONS.get(reason_code(period, days.year_of(period.end)), "n")
    before = days.year_before(census.end)
    others = known.care.periods if known.care is not None else []

    def shortly(what: str, most: int) -> Row:
        day = until - int(share(period.dice, what) * most)
        return {what: on(day) if day >= period.start else None}

    return {
        "Does the Child have a Disability": yes_no(child.is_disabled),
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)": yes_no(
            known.care is not None and known.care.is_uasc
        ),
        "Date Started to be Looked After": on(period.start),
        "Child's Category of Need": lettered(
            "annex_a_need", codes.NEEDS[need_code(period.case, census.year)]
        ),
        "Is this a second or subsequent period of being a Looked After Child within the last 12 months "
        "(Y/N)": yes_no(any(before <= each.end <= period.start for each in others if each is not period)),
        "Start date of current legal status": on(ordered),
        "Child's Legal Status": lettered("annex_a_legal_status", codes.STATUSES[spells[-1].legal]),
        "Date of Latest Statutory Review": on(reviews[-1]) if reviews else None,
        **shortly("Date of Last Social Work Visit", 42),
        "What is the permanence plan for this child?": lettered("annex_a_permanence_plan", plan),
        **shortly("Date of Last IRO Visit / Contact to the Child", 150),
        **shortly("Date of Last Health Assessment", 400),
        **shortly("Date of Last Dental Check", 400),
        "Date Ceased to be Looked After": on(period.end) if is_over else None,
        "Reason Ceased to be Looked After": lettered("annex_a_reason_ceased", reason) if is_over else None,
    }


def _about_place(known: Known, care: Care, period: Period) -> Row:
    census, whole = known.view.half, known.view.whole
    spells = [each for each in period.spells if each.day <= census.end]
    latest = next(each for each in reversed(spells) if each.is_move)
    place = spells[-1].place
    is_away = share(period.dice, f"away {place.number}") < 0.35 and place.kind != "P1"
    areas = [name for code, name in dictionary.fictional_authorities().items() if code != census.authority]
    home = dictionary.fictional_authorities()[census.authority]
    times = [kind for each in care.periods for day, _, kind in each.missing if whole.covers(day)]
    is_offered = share(period.dice, "offered") < 0.85
    workers = [worker for day, _, worker in period.workers if day <= census.end]
    return {
        "Number of Placements in the Last 12 months": sum(
            end >= whole.start for _, end, _ in placements(care, census)
        ),
        "Start Date of Most Recent Placement": on(latest.day),
        "Placement Type": codes.place(place.kind),
        "Placement Provider": lettered(
            "annex_a_placement_provider", codes.PROVIDERS.get(place.provider, "c")
        ),
        "Placement postcode": postcode(place.number),
        "URN of Placement": str(9_000_000 + place.number) if place.kind[0] in "UK" else None,
        "Placement Location": lettered("annex_a_placement_location", "b" if is_away else "a"),
        "LA of Placement": areas[place.number % len(areas)] if is_away else home,
        "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months": (
            times.count("M")
        ),
        "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months": (
            times.count("A")
        ),
        "Was the child offered a Return Interview after their last missing episode (Y/N)?": (
            yes_no(is_offered) if "M" in times else None
        ),
        "Did the child accept a Return Interview after their last missing episode (Y/N)?": (
            yes_no(share(period.dice, "accepted") < 0.6) if "M" in times and is_offered else None
        ),
        **known.allocated(workers[-1] if workers else None),
    }


def leaving(known: Known) -> Iterator[Row]:
    """Care leavers up to 21, and those still in care who will be."""
    care, whole = known.care, known.view.whole
    if care is None or care.periods[0].is_short_break:
        return
    end = known.view.end
    age = age_at(known.child, end)
    is_in_care = current(care, whole) is not None
    found = leaver(care, whole)
    if leaver_age(care, whole) is None and not (is_in_care and age in (16, 17) and _is_eligible(care, end)):
        return
    last = care.periods[-1].end
    touch, home, activity = ("YES", "", "") if found is None else (found[n] for n in _LEAVER)
    is_unknown = home in ("", "0")
    eligible = "d" if is_in_care else "a" if age < 18 else "b"
    review = end - int(share(known.child.dice, "pathway") * 170)
    contact = end - int(share(known.child.dice, "contact") * 55)
    number = 1 + int(share(known.child.dice, "advisor") * 60)
    yield {
        "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)": yes_no(
            care.is_uasc
        ),
        "Allocated Personal Advisor": f"Adviser {number:03d}",
        "Eligibility Category": lettered("annex_a_eligibility", eligible),
        "Latest Pathway Plan Review Date": on(review) if not is_in_care and review > last else None,
        "LA in Touch": lettered("annex_a_in_touch", {"YES": "a", "NREQ": "d"}.get(touch, "b")),
        "Latest Date of Contact": on(contact) if touch == "YES" else None,
        "Type of Accommodation": (
            None if is_unknown else lettered("annex_a_accommodation", codes.ACCOMMODATION[home[0]])
        ),
        "Suitability of Accommodation": (
            None
            if not home
            else lettered("annex_a_suitability", "c" if is_unknown else "a" if home[1] == "1" else "b")
        ),
        "Activity Status": None if activity in ("", "0") else lettered("annex_a_activity", activity),
    }


_LEAVER = ("IN_TOUCH", "ACCOM", "ACTIV")


def _is_eligible(care: Care, end: int) -> bool:
    fourteen = birthday(care.child, 14)
    held = sum(max(0, min(each.end, end) - max(each.start, fourteen)) for each in care.periods)
    return held >= 91
