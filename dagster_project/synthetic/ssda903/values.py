"""What the fields of the looked-after children return mean: which date or code of a time in care goes where.

A date is given as a day's number and written by ``ssda903_rows``. No code is given in a year that does not
know it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from dagster_project.synthetic import days
from dagster_project.synthetic.care.lives import Care, age_at, birthday
from dagster_project.synthetic.care.places import PLACES, REGISTERED
from dagster_project.synthetic.care.views import periods, spells
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.pupil_numbers import is_of_school_age, pupil_number
from dagster_project.synthetic.ssda903.codes import (
    ethnicity_of,
    in_force,
    need_code,
    place_code,
    postcode,
    reason_code,
    weighted,
)
from dagster_project.synthetic.ssda903.permanence import adopted, placed_for_adoption, previous_permanence
from dagster_project.synthetic.ssda903.wellbeing import health, leavers

Values = dict[str, Any]


def child(care: Care, census: Census) -> Values:
    """What stands on every row of a child, and in its header."""
    who = care.child
    shown = periods(care, census)
    is_asked = who.is_female and bool(shown) and not shown[0].is_short_break  # not of who has left care
    born = birthday(who, 15) + int(share(who.dice, "born") * 3 * days.YEAR)
    is_mother = is_asked and born <= min(shown[-1].end, census.end) and share(who.dice, "mother") < 0.08
    return {
        "CHILD": census.child_id(who),
        "SEX": in_force("ssda903_sex", census.year, *(("2", "F") if who.is_female else ("1", "M"))),
        "DOB": who.birth,
        "ETHNIC": ethnicity_of()(who, census) or "NOBT",
        "UPN": pupil_number(who, census) or ("UN2" if is_of_school_age(who, census) else "UN1"),
        "MOTHER": int(is_mother) if is_asked else None,
        "MC_DOB": born if is_mother else None,
        "UASC": int(is_uasc(care, census)),
    }


def is_uasc(care: Care, census: Census) -> bool:
    """Whether unaccompanied and seeking asylum in the year: it is over when the first time in care is."""
    return care.is_uasc and care.periods[0] in periods(care, census)


def seldom(care: Care, census: Census) -> Iterator[Values]:
    """A row for one child in twelve of a table that is not known here, so that a new one needs no code."""
    if periods(care, census) and share(care.child.dice, "seldom") < 1 / 12:
        yield {}


def _header(care: Care, census: Census) -> Iterator[Values]:
    del care, census
    yield {}


def _episodes(care: Care, census: Census) -> Iterator[Values]:
    year = census.year
    for period in periods(care, census):
        is_told = not period.is_short_break  # of short breaks is not sent where they were
        is_at_home = not care.is_uasc or period is not care.periods[0]
        home = postcode(PLACES + int(share(care.child.dice, "home") * PLACES)) if is_at_home else None
        for spell in spells(period, census):
            is_over = spell.end <= census.end
            is_last = spell is period.spells[-1]
            ended_for = reason_code(period, days.year_of(spell.end)) if is_last else "X1"
            place = spell.place
            code = place_code(place.kind, year)
            is_inspected = code[0] in "AKSU" or code == "R3" or (code == "H5" and spell.day >= REGISTERED)
            yield {
                "DECOM": spell.day,
                "RNE": spell.rne,
                "LS": spell.legal,
                "CIN": need_code(period.case, year),
                "PLACE": code,
                "PLACE_PROVIDER": None if place.kind == "other" else place.provider,
                "DEC": spell.end if is_over else None,
                "REC": ended_for if is_over else None,
                "REASON_PLACE_CHANGE": spell.move or None if is_over else None,
                "HOME_POST": home if is_told else None,
                "PL_POST": (home if place.kind == "P1" else postcode(place.number)) if is_told else None,
                "URN": str(9_000_000 + place.number) if is_inspected and is_told else None,
            }


def _uasc(care: Care, census: Census) -> Iterator[Values]:
    """Status ends with care, and is to end at 18 as long as it goes on."""
    if is_uasc(care, census):
        end, adult = care.periods[0].end, days.years_after(care.child.birth, 18)
        yield {"DUC": min(end, adult) if end <= census.end else adult}


def _reviews(care: Care, census: Census) -> Iterator[Values]:
    common = {"PN1": 52, "PN2": 5, "PN3": 5, "PN4": 8, "PN5": 14, "PN6": 12, "PN7": 4.0}
    for period in periods(care, census):
        for day in filter(census.covers, period.reviews):
            part = share(period.dice, f"review {day}")
            is_small = age_at(care.child, day) < 4
            code = "PN0" if is_small else weighted("review_participation", census.year, part, common)
            yield {"REVIEW": day, "REVIEW_CODE": code}


def _missing(care: Care, census: Census) -> Iterator[Values]:
    for period in periods(care, census):
        for day, end, kind in period.missing:
            if census.covers(day):
                yield {"MISSING": kind, "MIS_START": day, "MIS_END": end}


_CHANGES = {"MANAGE": 20, "LEFTRL": 30, "TSPROC": 30, "ORGRST": 5, "ABSENC": 8, "OTHERS": 5, "CHCHAN": 2.0}


def _workers(care: Care, census: Census) -> Iterator[Values]:
    """The last one stays with the child after care, until another takes over."""
    shown = [
        (period, day, worker)
        for period in periods(care, census)
        for day, end, worker in period.workers
        if day <= census.end and end >= census.start
    ]
    followed_on = [*(day for _, day, _ in shown[1:]), None]
    for (period, day, worker), end in zip(shown, followed_on, strict=bool(shown)):
        part = share(period.dice, f"worker {day}")
        why = {"FCONTA": 1.0} if day == period.start else _CHANGES
        yield {
            "SW_ID": f"SW{worker:04d}",
            "SW_DECOM": day,
            "SW_DEC": end,
            "SW_REASON": weighted("sw_change_reason", census.year, part, why),
        }


def _liberty(care: Care, census: Census) -> Iterator[Values]:
    for period in periods(care, census):
        for day, end in period.liberty:
            if day <= census.end and end >= census.start:
                yield {"DOLO_START": day, "DOLO_END": end if end <= census.end else None}


ROWS: dict[str, Callable[[Care, Census], Iterator[Values]]] = {
    "header": _header,
    "episodes": _episodes,
    "uasc": _uasc,
    "reviews": _reviews,
    "oc2": health,
    "oc3": leavers,
    "ad1": adopted,
    "placed_for_adoption": placed_for_adoption,
    "previous_permanence": previous_permanence,
    "missing": _missing,
    "social_worker": _workers,
    "deprivation_of_liberty": _liberty,
}
