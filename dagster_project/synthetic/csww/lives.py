"""A social worker's life with one authority: when each post began and ended, and at what hours.

As with children, a life depends on the seed, the authority, the year of its first day and the worker's number
in that year, and on nothing else; every census is a view of it.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

from dagster_project import dictionary
from dagster_project.synthetic import days
from dagster_project.synthetic.authorities import newcomers

#: Years after that of its first day in which a worker can still be in post.
SPAN = 20

#: What a spell in post would last without the span, and what it lasts with it and with those who return.
_STAY, _MEAN_STAY = 8.3, 7.15
_CONTRACT, _MEAN_CONTRACT = 0.75, 0.83
_RETURNING, _FROM_AGENCY = 0.08, 0.08
_MEAN_FTE, _MEAN_AGENCY_FTE = 0.925, 0.98

#: Any year before those the censuses cover, and a number large enough that rounding does not show.
_SIZED_AT, _MANY = 2010, 100_000

_PART_TIME = (0.8, 0.6, 0.5, 0.810811, 0.675676, 0.4)  # of 37 hours, 30 and 25 give the long ones


@dataclass(frozen=True)
class Staffing:
    """The habits of one authority with its workforce; those not given are England's of 2024.

    Attributes:
        turnover: Share of those in post who leave within a year.
        vacant: Share of posts with nobody in them.
        agency: Share of agency workers among all at work.
        cases: Cases of a full-time case holder.
        is_thorough: Whether it sends what is not asked for: agency contracts that ended in the year, and
            days that agency workers were ill.
    """

    turnover: float = 0.139
    vacant: float = 0.18
    agency: float = 0.17
    cases: float = 15.2
    is_thorough: bool = False


_STAFFING = {
    "991": Staffing(turnover=0.17, vacant=0.24, agency=0.22),
    "992": Staffing(turnover=0.19, vacant=0.26, agency=0.25, cases=17.5),
    "993": Staffing(turnover=0.12, vacant=0.14, agency=0.12),
    "995": Staffing(turnover=0.145, is_thorough=True),
    "996": Staffing(turnover=0.125, vacant=0.16, agency=0.15, cases=14.5),
}


@dataclass(slots=True)
class Spell:
    """Time in one post up to ``end``, its last day, which may lie ahead; the hours may change on the way."""

    day: int
    end: int
    is_agency: bool
    is_first: bool
    fte: float
    dice: float
    changed: int = 0
    later_fte: float = 0.0
    is_followed: bool = False

    def fte_on(self, day: int) -> float:
        """The hours of the post as a share of full time, on a day in it."""
        return self.later_fte if self.changed and day >= self.changed else self.fte


@dataclass(slots=True)
class Worker:
    """A social worker. ``cohort`` is the year, by its ending, of the first day with the authority."""

    number: str
    cohort: int
    birth: int
    is_female: bool
    dice: float
    spells: list[Spell] = field(default_factory=list)


def staffing(authority: str) -> Staffing:
    """The habits of an authority; average ones where none are given."""
    return _STAFFING.get(authority, Staffing())


@cache
def window(year: int) -> tuple[int, int]:
    """The first and last day of the census year ending in ``year``: 1 October to 30 September."""
    month, day = dictionary.year_ends("csww")
    return date(year - 1, month, day).toordinal() + 1, date(year, month, day).toordinal()


@cache
def year_of(day: int) -> int:
    """The census year, by its ending, that a day falls in."""
    found = date.fromordinal(day)
    return found.year + ((found.month, found.day) > dictionary.year_ends("csww"))


def arrivals(authority: str, year: int, workers: int) -> tuple[int, int]:
    """How many begin a life with the authority in a year: permanent workers, and agency workers.

    A workforce follows the children it works with, so its size is theirs. What is left over from rounding is
    carried on to the next year, or a small authority would lose a good part of its workforce to it.
    """
    habits = staffing(authority)
    in_post = workers * _size(authority)
    agency = in_post * habits.agency / (1 - habits.agency)
    stretch = habits.turnover / Staffing.turnover
    permanent_a_year = in_post * stretch / _MEAN_FTE / _MEAN_STAY / (1 + _RETURNING)
    through_agency = permanent_a_year * _FROM_AGENCY * _MEAN_CONTRACT * _MEAN_AGENCY_FTE
    agency_a_year = (agency - through_agency) / _MEAN_AGENCY_FTE / _MEAN_CONTRACT
    return _whole(permanent_a_year, year), _whole(agency_a_year, year)


def _whole(a_year: float, year: int) -> int:
    return int(a_year * (year + 1)) - int(a_year * year)


@cache
def _size(authority: str) -> float:
    sizes = {code: newcomers(code, _SIZED_AT, _MANY) for code in dictionary.fictional_authorities()}
    return sizes[authority] * len(sizes) / sum(sizes.values())


def life(rng: Random, authority: str, cohort: int, number: int, is_agency: bool) -> Worker:
    """The ``number``-th permanent or agency worker whose first day lies in the year ending in ``cohort``.

    Args:
        rng: Already seeded for this worker.
        authority: Whose habits to follow.
        cohort: See above.
        number: See above.
        is_agency: Whether it is an agency worker throughout.
    """
    first, last = window(cohort)
    day = max(first, _monday(rng.randrange(first, last + 1)))
    # Two letters and ten digits as in the register, but the authority's own code is among them: nobody's.
    digits = f"{authority}{cohort % 100:02d}{number + 50_000 * is_agency:05d}"
    birth = day - rng.randrange(23 * days.YEAR, 59 * days.YEAR)
    worker = Worker(f"SW{digits}", cohort, birth, rng.random() < 0.83, rng.random())
    # The longest lives end some time before their span does, and not all on one day.
    span_ends = window(cohort + SPAN)[1] - rng.randrange(days.YEAR)
    if is_agency or rng.random() < _FROM_AGENCY:
        contract = _spell(rng, day, rng.expovariate(1 / _CONTRACT), span_ends, is_agency=True, is_first=True)
        worker.spells.append(contract)
        if is_agency:
            return worker
        contract.is_followed = True
        day = contract.end + 3  # a contract ends on a Friday, mostly, and the post begins on the Monday
    stretch = staffing(authority).turnover / Staffing.turnover
    retires = birth + 67 * days.YEAR
    while day < min(span_ends, retires) - days.YEAR:
        stay = rng.expovariate(stretch / _STAY)
        spell = _spell(rng, day, stay, min(span_ends, retires), is_agency=False, is_first=not _posts(worker))
        worker.spells.append(spell)
        day = _monday(spell.end + 150 + int(rng.expovariate(1 / 400)))
        if rng.random() >= _RETURNING or day >= min(span_ends, retires) - days.YEAR:
            break
        spell.is_followed = True
    return worker


def _posts(worker: Worker) -> list[Spell]:
    return [spell for spell in worker.spells if not spell.is_agency]


def _spell(rng: Random, day: int, stay: float, latest: int, *, is_agency: bool, is_first: bool) -> Spell:
    end = min(day + 30 + int(stay * days.YEAR), latest)
    end -= max(0, days.weekday(end) - 4)
    is_part_time = rng.random() < (0.05 if is_agency else 0.17)
    fte = rng.choice(_PART_TIME) if is_part_time else 1.0
    spell = Spell(day, end, is_agency, is_first, fte, rng.random())
    if not is_agency and end - day > days.YEAR and rng.random() < 0.12:
        spell.changed = rng.randrange(day + 180, end)
        spell.later_fte = rng.choice(_PART_TIME) if fte == 1.0 else 1.0
    return spell


def _monday(day: int) -> int:
    return day - days.weekday(day)
