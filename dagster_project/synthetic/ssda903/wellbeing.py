"""Health in care, and how young people do after it: the tables ``oc2`` and ``oc3``."""

from collections.abc import Iterator
from typing import Any

from dagster_project.synthetic.care.lives import Care, age_at
from dagster_project.synthetic.care.views import current, leaver_age
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.ssda903.codes import (
    weighted,
)

Values = dict[str, Any]


def health(care: Care, census: Census) -> Iterator[Values]:
    """Of children in care for the whole year."""
    period = current(care, census)
    if period is None or period.start >= census.start:
        return

    def chance(name: str) -> float:
        return share(period.dice, f"{name} {census.year}")

    age = age_at(care.child, census.end)
    is_scored = 4 <= age <= 16 and chance("asked") < 0.76
    reason = "SDQ1" if not 4 <= age <= 16 else "SDQ2" if chance("why") < 0.5 else "SDQ4"
    uses = age >= 10 and chance("misuse") < 0.04
    helped = chance("helped") < 0.5
    yield {
        "SDQ_SCORE": int(40 * chance("score") ** 1.5) if is_scored else None,
        "SDQ_REASON": None if is_scored or age < 4 else reason,
        "CONVICTED": int(chance("convicted") < 0.03) if age >= 10 else None,
        "HEALTH_CHECK": int(chance("check") < 0.88) if age < 5 else None,
        "IMMUNISATIONS": int(chance("immunised") < 0.83),
        "TEETH_CHECK": int(chance("teeth") < 0.79),
        "HEALTH_ASSESSMENT": int(chance("assessed") < 0.89),
        "SUBSTANCE_MISUSE": int(uses),
        "INTERVENTION_RECEIVED": int(helped) if uses else None,
        "INTERVENTION_OFFERED": int(chance("offered") < 0.7) if uses and not helped else None,
    }


_TOUCH = {"YES": 94, "NO": 3, "REFU": 2, "NREQ": 1.0}
_ACTIVITY = {"F1": 6, "P1": 0.5, "F2": 21, "P2": 5, "F4": 4, "P4": 1, "F5": 24, "P5": 8, "F3": 28, "P3": 9}
_IDLE = {"G4": 40, "G5": 42, "G6": 18.0}
_HOMES = {"U": 38, "D": 18, "Z": 13, "B": 12, "K": 6, "C": 4, "E": 4, "T": 3, "Y": 2.0}
_TOO_YOUNG = {17: "TZ", 18: "T"}  # for a foyer, and to have former foster carers
_POOR = {"S2": 22, "X2": 30, "R2": 14, "V2": 8, "W2": 5, "Y2": 12, "B2": 5, "U2": 4.0}


def leaver(care: Care, census: Census) -> Values | None:
    """How a care leaver is doing around the birthday of the year; None for anyone else."""
    age = leaver_age(care, census)
    if age is None:
        return None

    def chance(name: str) -> float:
        return share(care.child.dice, f"{name} {age}")

    year = census.year
    touch = weighted("care_leaver_in_touch", year, chance("touch"), _TOUCH)
    if touch != "YES":
        return {"IN_TOUCH": touch, "ACTIV": "0", "ACCOM": "0"}
    common = _ACTIVITY if chance("active") < 0.69 else _IDLE
    good = {f"{code}1": share for code, share in _HOMES.items() if code not in _TOO_YOUNG.get(age, "")}
    homes = _POOR if chance("poor") < 0.065 else good
    return {
        "IN_TOUCH": touch,
        "ACTIV": weighted("care_leaver_activity", year, chance("doing"), common),
        "ACCOM": weighted("care_leaver_accommodation", year, chance("home"), homes),
    }


def leavers(care: Care, census: Census) -> Iterator[Values]:
    """The row of a care leaver."""
    found = leaver(care, census)
    if found is not None:
        yield found
