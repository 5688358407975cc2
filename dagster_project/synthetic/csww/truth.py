"""What a perfect warehouse would count from the workforce censuses, faults and all."""

from collections.abc import Iterable
from dataclasses import dataclass

from dagster_project.synthetic.census import Census
from dagster_project.synthetic.csww.rows import Row, Vacancies


@dataclass(frozen=True)
class WorkforceTruth:
    """The counts of one authority and year; agency workers are in none but those that name them.

    FTE are full-time equivalents, to six places. A row sent twice counts once.

    Attributes:
        authority: Its three-digit code.
        year: The census year, by its ending.
        fte_in_post: Workers with no end of their role by 30 September.
        headcount_in_post: Those workers, each once; one sent without a number is a worker of its own.
        fte_leavers: Roles that ended in the year.
        fte_starters: Roles that began in the year, those that ended in it too among them.
        fte_vacancies: Vacant posts, as the authority says.
        fte_agency: Agency workers in contract on 30 September.
        headcount_agency: Those agency workers.
        cases: Cases held on 30 September, agency workers' too.
        caseholder_fte: Workers who hold at least one case, agency workers among them.
        days_lost: Working days lost to sickness, agency workers' left out.
        fte_still_in_post_from_last_year: Of the last year's FTE in post, that of workers whose number is
            among those in post this year; None in the first year asked for.
    """

    authority: str
    year: int
    fte_in_post: float
    headcount_in_post: int
    fte_leavers: float
    fte_starters: float
    fte_vacancies: float
    fte_agency: float
    headcount_agency: int
    cases: int
    caseholder_fte: float
    days_lost: float
    fte_still_in_post_from_last_year: float | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A row and the number it was sent with, if any."""

    number: str | None
    row: Row


def truth(
    sent: list[Sent], vacant: Vacancies, census: Census, in_post_before: dict[str, float] | None
) -> WorkforceTruth:
    """The counts of a census; ``in_post_before`` is ``in_post`` of the year before, if that was asked for."""
    staff = [each.row for each in sent if not each.row.spell.is_agency]
    agency = [each.row for each in sent if each.row.spell.is_agency and each.row.is_in_post]
    holders = [each.row for each in sent if each.row.cases]
    now = in_post(sent)
    return WorkforceTruth(
        authority=census.authority,
        year=census.year,
        fte_in_post=_fte(row for row in staff if row.is_in_post),
        headcount_in_post=len(now) + sum(each.number is None for each in _in_post(sent)),
        fte_leavers=_fte(row for row in staff if not row.is_in_post),
        fte_starters=_fte(row for row in staff if census.covers(row.day)),
        fte_vacancies=vacant.fte,
        fte_agency=_fte(agency),
        headcount_agency=len(agency),
        cases=sum(row.cases or 0 for row in holders),
        caseholder_fte=_fte(holders),
        days_lost=sum(row.days_lost or 0.0 for row in staff),
        fte_still_in_post_from_last_year=None
        if in_post_before is None
        else round(sum(fte for number, fte in in_post_before.items() if number in now), 6),
    )


def in_post(sent: list[Sent]) -> dict[str, float]:
    """FTE by number of those in post who have one."""
    return {each.number: each.row.fte for each in _in_post(sent) if each.number is not None}


def _in_post(sent: list[Sent]) -> list[Sent]:
    return [each for each in sent if each.row.is_in_post and not each.row.spell.is_agency]


def _fte(rows: Iterable[Row]) -> float:
    return round(sum(row.fte for row in rows), 6)
