"""How the fictional authorities differ: size from the seeds, habits from here."""

import csv
from dataclasses import dataclass
from functools import cache

from dagster_project import dictionary
from dagster_project.settings import SEEDS

#: Children in a census file for each child who is new to the authority in the year, as measured.
_CHILDREN_PER_NEWCOMER = 2.25


@dataclass(frozen=True)
class Profile:
    """The habits of one authority.

    Attributes:
        level: New children for its size, against the average of 1.
        no_further_action: Share of referrals that lead to nothing.
        returning: Share of ended cases that come back, most of them within a year.
        protected: Share of referrals that lead to a child protection plan.
        step_year: The year ending from which ``step`` multiplies the new children: real growth.
        step: See ``step_year``.
        renumbered: The year ending from which every child carries another id: history is lost.
        prefix: What its children's ids start with.
    """

    level: float = 1.0
    no_further_action: float = 0.25
    returning: float = 0.39
    protected: float = 0.10
    step_year: int | None = None
    step: float = 1.0
    renumbered: int | None = None
    prefix: str = ""


_PROFILES = {
    "991": Profile(level=0.9, no_further_action=0.22, returning=0.38, prefix="F"),
    "992": Profile(level=1.25, no_further_action=0.32, returning=0.45, protected=0.12),
    "993": Profile(level=1.1, returning=0.29, protected=0.09, prefix="KB"),
    "994": Profile(renumbered=2025),
    "995": Profile(step_year=2025, step=1.4, prefix="W"),
    "996": Profile(level=0.85, no_further_action=0.19, returning=0.38, protected=0.11),
}


def profile(authority: str) -> Profile:
    """The habits of an authority; average ones where none are given."""
    return _PROFILES.get(authority, Profile())


def newcomers(authority: str, year: int, children: int) -> int:
    """How many children an authority meets for the first time in the year ending in ``year``.

    Args:
        authority: Its three-digit code.
        year: The collection year, by its ending.
        children: Children in the census file of an authority of average size and habits.
    """
    habits = profile(authority)
    grown = habits.step_year is not None and year >= habits.step_year
    expected = children * _size(authority) * habits.level * (habits.step if grown else 1.0)
    return max(1, round(expected / _CHILDREN_PER_NEWCOMER))


@cache
def _size(authority: str) -> float:
    """Its child population against the average of the fictional authorities.

    All years together: a file must not depend on which population figures happen to be newest.
    """
    totals = dict.fromkeys(dictionary.fictional_authorities(), 0)
    with (SEEDS / "geography" / "child_population.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["area_code"] in totals and row["children"]:
                totals[row["area_code"]] += int(row["children"])
    average = sum(totals.values()) / len(totals)
    return totals[authority] / average if average and totals[authority] else 1.0
