"""Adoption and earlier permanent homes: ``ad1``, ``placed_for_adoption`` and ``previous_permanence``."""

from collections.abc import Iterator
from typing import Any

from dagster_project.synthetic.care.lives import Care, age_at
from dagster_project.synthetic.care.views import periods
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.ssda903.codes import (
    weighted,
)

Values = dict[str, Any]


def adopted(care: Care, census: Census) -> Iterator[Values]:
    """Of children adopted in the year."""
    for period in periods(care, census):
        if period.is_adoption and census.covers(period.end) and period.decision is not None:
            last = period.spells[-1]
            couple = int(share(period.dice, "adopters") * 10)
            sex, status = ("F1", "L0") if couple == 0 else ("MM", "L12") if couple == 1 else ("MF", "L11")
            yield {
                "DATE_INT": period.decision,
                "DATE_MATCH": max(period.decision, last.day - 20),
                "FOSTER_CARE": int(last.place.kind == "A5"),
                "NB_ADOPTR": 1 if status == "L0" else 2,
                "SEX_ADOPTR": sex,
                "LS_ADOPTR": status,
            }


def placed_for_adoption(care: Care, census: Census) -> Iterator[Values]:
    """Decisions that a child should be placed for adoption, while they stand or were taken back."""
    for period in periods(care, census):
        if period.decision is None or period.decision > min(census.end, period.end):
            continue
        reversal = period.reversal if period.reversal and period.reversal < period.end else None
        if reversal is not None and reversal < census.start:
            continue
        is_back = reversal is not None and reversal <= census.end
        part = share(period.dice, "reversed")
        why = weighted("reason_adoption_decision_reversed", census.year, part, {"RD1": 4, "RD3": 3, "RD4": 3})
        yield {
            "DATE_PLACED": period.decision,
            "DATE_PLACED_CEASED": reversal if is_back else None,
            "REASON_PLACED_CEASED": why if is_back else None,
        }


def previous_permanence(care: Care, census: Census) -> Iterator[Values]:
    """Of children who started in the year; few had an earlier permanent home."""
    for period in [each for each in periods(care, census) if census.covers(each.start)][:1]:
        age = age_at(care.child, period.start)
        common = {"Z1": 88, "P1": 2, "P2": 5, "P3": 4, "P4": 1.0} if age >= 3 else {"Z1": 1.0}
        code = weighted("previous_permanence", census.year, share(period.dice, "permanence"), common)
        is_known = code != "Z1"
        ordered = care.child.birth + (period.start - care.child.birth) // 3
        yield {
            "PREV_PERM": code,
            "LA_PERM": census.authority if is_known else None,
            "DATE_PERM": ordered if is_known else None,
        }
