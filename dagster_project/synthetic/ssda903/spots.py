"""Rows of a looked-after return by what they are about: on which of them a rule can be broken, and how."""

from dagster_project.synthetic.care.lives import age_at
from dagster_project.synthetic.rule_faults import Spot

_SHORT = ("V3", "V4")


def age(spot: Spot) -> int:
    """At the end of the year."""
    return age_at(spot.who.child, spot.census.end)


def episode(spot: Spot) -> bool:
    """The child has one episode, not of short breaks, is no asylum seeker and has no plan of adoption."""
    others = spot.has("uasc", "placed_for_adoption", "ad1", "oc3")
    return spot.is_only("episodes") and not others and spot.rows["episodes"][0]["LS"] not in _SHORT


def settled(spot: Spot) -> bool:
    """In one place for the whole year."""
    return episode(spot) and spot.has("oc2") and spot.is_only("header")


def entered(spot: Spot) -> bool:
    """Never in care before this year, and still is."""
    only = spot.rows["episodes"][:1]
    is_first = bool(spot.who.periods[0].start >= spot.census.start)
    return episode(spot) and is_first and only[0]["DEC"] is None


def fostered(spot: Spot) -> bool:
    """Entered this year, into a foster home."""
    return entered(spot) and spot.row["PLACE"] == "U6"


def entered_early(spot: Spot) -> bool:
    """Entered this year, a month or more before its end."""
    return entered(spot) and spot.day("DECOM") < spot.census.end - 30


def ended(spot: Spot) -> bool:
    """In care for the first time this year, and no longer."""
    is_first = bool(spot.who.periods[0].start >= spot.census.start)
    return episode(spot) and is_first and spot.rows["episodes"][0]["REC"] in ("E4A", "E4B", "E13", "E8")


def short_break(spot: Spot) -> bool:
    """In short breaks for the first time, under one agreement."""
    is_first = bool(spot.who.periods[0].start >= spot.census.start)
    return spot.is_only("episodes") and is_first and spot.rows["episodes"][0]["LS"] in _SHORT


def leaver(spot: Spot) -> bool:
    """A care leaver, not looked after in the year."""
    return not spot.has("episodes")


def girl(spot: Spot) -> bool:
    """Of a girl."""
    return bool(spot.who.child.is_female)


def asylum(spot: Spot, is_new: bool) -> bool:
    """An asylum seeker in one place, still in care, since this year or since an earlier one."""
    is_open = spot.is_only("uasc", "episodes") and spot.rows["episodes"][0]["DEC"] is None
    return is_open and (spot.who.periods[0].start >= spot.census.start) == is_new


def no_day(spot: Spot) -> str:
    """A date that there is not."""
    return f"31/02/{spot.census.year}"


def other_sex(spot: Spot) -> str:
    """The other code of the year."""
    return {"1": "2", "2": "1", "M": "F", "F": "M"}[spot.row["SEX"] or ""]


def scored(spot: Spot) -> bool:
    """In one place for the whole year, with a score of strengths and difficulties."""
    return settled(spot) and spot.row["SDQ_SCORE"] is not None


def unscored(spot: Spot) -> bool:
    """Of the age at which a score is asked for, and without one."""
    return settled(spot) and spot.row["SDQ_SCORE"] is None and 6 <= age(spot) <= 15


def moved(spot: Spot) -> bool:
    """An episode that ended with a move."""
    return spot.row["REC"] == "X1" and spot.row["REASON_PLACE_CHANGE"] is not None


def next_move(spot: Spot) -> bool:
    """An episode that began with a move, after another one of the year."""
    return spot.row["RNE"] == "P" and spot.row is not spot.rows["episodes"][0]


def couple(spot: Spot) -> bool:
    """Adopted by a man and a woman who are married."""
    return spot.row["LS_ADOPTR"] == "L11"


def taken_back(spot: Spot) -> bool:
    """A decision for adoption that was taken back."""
    return spot.row["REASON_PLACED_CEASED"] is not None


def permanence(spot: Spot) -> bool:
    """Entered this year, and had no permanent home before."""
    return entered(spot) and spot.row["PREV_PERM"] == "Z1"


def missing_once(spot: Spot) -> bool:
    """The only time missing."""
    return spot.is_only("missing")


def away(spot: Spot) -> bool:
    """Missing once, of a child still in care."""
    return missing_once(spot) and spot.rows["episodes"][-1]["DEC"] is None


def uneventful(spot: Spot) -> bool:
    """In care this year and no longer, and never missing."""
    return ended(spot) and not spot.has("missing", "reviews")


def worker(spot: Spot) -> bool:
    """The only social worker, in the only episode."""
    return spot.is_only("social_worker", "episodes") and spot.row["SW_DEC"] is None
