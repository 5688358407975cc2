"""Lists 1 to 7: contacts, early help, referrals, assessments, enquiries, children in need and on plans."""

from collections.abc import Iterator
from datetime import date

from dagster_project.synthetic import days
from dagster_project.synthetic.annex_a import codes
from dagster_project.synthetic.annex_a.codes import lettered, yes_no
from dagster_project.synthetic.annex_a.view import Known, Row, census_value, on
from dagster_project.synthetic.care.views import current
from dagster_project.synthetic.census import episodes
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.cin.rows import assessments, enquiries, protections
from dagster_project.synthetic.lives import Episode


def contacts(known: Known) -> Iterator[Row]:
    """The contact each referral came from, and for some an earlier one that led to nothing."""
    census = known.view.half
    for case in known.child.episodes:
        earlier = case.day - 10 - int(share(case.dice, "contact") * 120)
        also = [earlier] if share(case.dice, "also") < 0.6 else []
        for day in [*also, case.day - int(share(case.dice, "wait") * 2)]:
            if census.covers(day) and case.day <= census.end:
                source = census_value("cin_details", "ReferralSource")(case, census) or "10"
                yield {"Date of Contact": on(day), "Contact Source": codes.source(source)}


def early_help(known: Known) -> Iterator[Row]:
    """An assessment by a partner for some whose case came to nothing."""
    census = known.view.half
    for case in known.child.episodes:
        start = case.closed + 5 + int(share(case.dice, "early") * 30)
        if (case.is_nfa or case.ending == "assessed") and share(case.dice, "help") < 0.3:
            end = start + 20 + int(share(case.dice, "done") * 25)
            if start <= census.end and end >= census.start:
                yield {
                    "Assessment start date": on(start),
                    "Assessment completion date": on(end) if census.knows(end) else None,
                    "Organisation completing assessment": f"School {1 + int(share(case.dice, 'by') * 60)}",
                }


def referrals(known: Known) -> Iterator[Row]:
    """Referrals of the window."""
    census = known.view.half
    for case in known.child.episodes:
        if census.covers(case.day):
            source = census_value("cin_details", "ReferralSource")(case, census) or "10"
            before = days.year_before(case.day)
            yield {
                "Date of referral": on(case.day),
                "Referral Source": codes.source(source),
                "Referral NFA?": yes_no(case.is_nfa),
                "Number of Referrals in Last 12 Months": sum(
                    before <= each.day < case.day for each in known.child.episodes
                ),
            }


def assessed(known: Known) -> Iterator[Row]:
    """Assessments under way at some time in the window."""
    census = known.view.half
    for case in episodes(known.child, census):
        for each in assessments(case, census):
            is_done = census.knows(each.authorised)
            yield {
                "Continuous Assessment Start Date": on(each.day),
                "Child Seen During Continuous Assessment": yes_no(share(each.dice, "seen") < 0.95),
                "Continuous Assessment Date of Authorisation": on(each.authorised) if is_done else None,
                "Was the child assessed as requiring LA children's social care support?": yes_no(
                    case.ending != "assessed"
                )
                if is_done
                else None,
            }


def enquired(known: Known) -> Iterator[Row]:
    """Section 47 enquiries opened in the window, or brought to a conference in it."""
    census, whole = known.view.half, known.view.whole
    every = [each for case in known.child.episodes for each in case.enquiries]
    for case in episodes(known.child, census):
        for each in enquiries(case, census):
            held = each.conference if census.knows(each.conference) else None
            planned = any(plan.day == held for plan in case.protections)
            yield {
                "Strategy discussion initiating Section 47 Enquiry Start Date": on(each.day),
                "Was an Initial Child Protection Conference deemed unnecessary?": yes_no(
                    each.conference is None
                ),
                "Date of Initial Child Protection Conference": on(held) if held else None,
                "Did the Initial Child Protection Conference Result in a Child Protection Plan": yes_no(
                    planned
                )
                if held
                else None,
                "Number of Section 47 Enquiries in the last 12 months": sum(
                    whole.covers(other.day) for other in every
                ),
                "Number of ICPCs in the last 12 months": sum(
                    whole.covers(other.conference) for other in every
                ),
            }


def in_need(known: Known) -> Iterator[Row]:
    """Cases open at some time in the window."""
    census = known.view.half
    for case in episodes(known.child, census):
        if case.is_nfa:
            continue
        is_closed = census.knows(case.closed)
        need = census_value("cin_details", "PrimaryNeedCode")(case, census) or "N0"
        reason = census_value("cin_details", "ReasonForClosure")(case, census) if is_closed else None
        yield {
            "CIN Start Date": on(case.day),
            "Primary Need Code": lettered("annex_a_need", codes.NEEDS[need]),
            "Date Child Was Last Seen": _seen(known, case, census.end),
            "CIN Closure Date": on(case.closed) if is_closed else None,
            "Reason for Closure": lettered("annex_a_closure", codes.CLOSURES[reason]) if reason else None,
            "Case Status": lettered("annex_a_case_status", _status(known, case, is_closed)),
        }


def _status(known: Known, case: Episode, is_closed: bool) -> str:
    census = known.view.half
    if is_closed:
        return "e"
    if known.care is not None and current(known.care, census):
        return "a"
    if any(plan.day <= census.end < plan.end for plan in case.protections):
        return "b"
    return "c" if any(plan.day <= census.end < plan.end for plan in case.supports) else "d"


def _seen(known: Known, case: Episode, end: int) -> date | None:
    day = min(case.closed, end) - int(share(case.dice, "last seen") * 30)
    return on(day) if day >= max(case.day, known.child.birth) else None


def on_plans(known: Known) -> Iterator[Row]:
    """Child protection plans that ran at some time in the window."""
    census = known.view.half
    for case in episodes(known.child, census):
        for plan in protections(case, census):
            is_over = census.knows(plan.end)
            first = census_value("child_protection_plan", "InitialCategoryOfAbuse")(plan, census) or "MUL"
            latest = census_value("child_protection_plan", "LatestCategoryOfAbuse")(plan, census) or first
            visit = min(plan.end, census.end) - int(share(plan.dice, "visit") * 14)
            reviews = [day for day in plan.reviews if census.knows(day)]
            yield {
                "Child Protection Plan Start Date": on(plan.day),
                "Initial Category of Abuse": lettered("annex_a_abuse", codes.ABUSE[first]),
                "Latest Category of Abuse": lettered("annex_a_abuse", codes.ABUSE[latest]),
                "Date of the Last Statutory Visit": on(visit) if visit >= plan.day else None,
                "Was the Child Seen Alone?": yes_no(share(plan.dice, "alone") < 0.6),
                "Date of latest review conference": on(reviews[-1]) if reviews else None,
                "Child Protection Plan End Date": on(plan.end) if is_over else None,
                "Subject to Emergency Protection Order or Protected Under Police Powers in Last "
                "Six Months (Y/N)": yes_no(share(plan.dice, "emergency") < 0.03),
                "Number of Previous Child Protection Plans": plan.previous,
            }
