"""Lists 10 and 11: children for whom adoption was decided on, and those who adopt them."""

from collections.abc import Iterator

from dagster_project.synthetic.annex_a.codes import lettered, yes_no
from dagster_project.synthetic.annex_a.view import Known, Row, on
from dagster_project.synthetic.care.lives import Period
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.ssda903.codes import weighted

_REVERSALS = {"RD1": "a", "RD2": "b", "RD3": "c", "RD4": "d"}


def adoption(known: Known) -> Iterator[Row]:
    """Children for whom adoption was decided on, while that stood at some time in twelve months."""
    whole = known.view.whole
    for period in known.care.periods if known.care is not None else ():
        if _is_for_adoption(period, known):
            assert period.decision is not None
            reversal = period.reversal if period.reversal and period.reversal < period.end else None
            is_back = reversal is not None and whole.knows(reversal)
            spells = [each for each in period.spells if each.day <= whole.end]
            ordered = next((each.day for each in spells if each.legal == "E1"), None)
            placed = next((each.day for each in spells if each.place.kind.startswith("A")), None)
            fostered = next((each.day for each in spells if each.place.kind == "U5"), None)
            part = share(period.dice, "reversed")
            weights = {"RD1": 4, "RD3": 3, "RD4": 3.0}
            why = weighted("reason_adoption_decision_reversed", whole.year, part, weights)
            is_adopted = period.is_adoption and whole.knows(period.end)
            yield {
                "Family identifier": _family(known, period) if placed else None,
                "Date the Child Entered Care": on(period.start),
                "Date of Decision that Child Should be Placed for Adoption": on(period.decision),
                "Date of Placement Order": on(ordered) if ordered else None,
                "Date of Matching Child and Prospective Adopters": (
                    on(max(period.decision, placed - 20)) if placed else None
                ),
                "Date Placed for Adoption": on(placed) if placed else None,
                "Date of Adoption Order": on(period.end) if is_adopted else None,
                "Date of Decision that Child Should No Longer be Placed for Adoption": (
                    on(reversal) if is_back and reversal else None
                ),
                "Reason Why Child No Longer Placed for Adoption": (
                    lettered("annex_a_adoption_reversal", _REVERSALS[why]) if is_back else None
                ),
                "Date the child was placed for fostering in FFA or concurrent planning placement": (
                    on(fostered) if fostered else None
                ),
            }


def _is_for_adoption(period: Period, known: Known) -> bool:
    whole = known.view.whole
    ends = min(period.end, period.reversal or period.end)
    return period.decision is not None and period.decision <= whole.end and ends >= whole.start


def _family(known: Known, period: Period) -> str:
    return f"AF{known.child.cohort % 100:02d}{known.child.number:05d}{int(period.dice * 10)}"


def adopters(known: Known) -> Iterator[Row]:
    """Those with whom a child of list 10 was placed: mostly two, of one family."""
    whole = known.view.whole
    for period in known.care.periods if known.care is not None else ():
        placed = next((each for each in period.spells if each.place.kind.startswith("A")), None)
        if placed is None or placed.day > whole.end or not _is_for_adoption(period, known):
            continue
        family = _family(known, period)
        assert period.decision is not None
        matched = max(period.decision, placed.day - 20)
        asked = matched - 260 - int(share(period.dice, "asked") * 200)
        steps = [on(asked + step) for step in (0, 20, 80, 84, 190, 200, 215)]
        for number in range(1 if share(period.dice, "adopters") < 0.1 else 2):
            letter = "ab"[(number + int(share(period.dice, "first") * 2)) % 2]
            part = share(period.dice, f"ethnicity {number}")
            yield {
                "Individual adopter identifier": f"{family}{number + 1}",
                "Family identifier": family,
                "Gender": lettered("annex_a_gender", letter),
                "Ethnicity": lettered("annex_a_ethnicity", "a" if part < 0.8 else "bcdef"[int(part * 5)]),
                "Disability": yes_no(part < 0.05),
                "Is the (prospective) adopter fostering for adoption?": yes_no(placed.place.kind == "A5"),
                "Date enquiry received": steps[0],
                "Date Stage 1 started": steps[1],
                "Date Stage 1 ended": steps[2],
                "Date Stage 2 started": steps[3],
                "Date Stage 2 ended": steps[4],
                "Date application submitted": steps[5],
                "Date application approved": steps[6],
                "Date adopter matched with child(ren)": on(matched),
                "Date child/children placed with adopter(s)": on(placed.day),
                "No. of children placed": 1,
                "Date of Adoption Order": (
                    on(period.end) if period.is_adoption and whole.knows(period.end) else None
                ),
                "Date of leaving adoption process": None,
                "Reason for leaving adoption process": None,
            }
