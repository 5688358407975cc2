"""A child's life with the authority: who it is, when it was referred, and when each case ended.

A life depends on the seed, the authority, the year of the first referral and the child's number in that
year, and on nothing else. It is simulated once; every census is a view of it. It lasts ``SPAN`` years at
most, so a census needs only the lives that began in its own year and the ``SPAN`` before: the file of a year
is the same whichever other years are asked for.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from dagster_project.synthetic import days
from dagster_project.synthetic.authorities import Profile

#: Years after that of its first referral in which a child can still be a case.
SPAN = 5

#: A case that opens closer to the end of the span could not run its course.
_ROOM = 200

Course = Literal["no_further_action", "assessed", "planned", "protected", "lasting"]
Ending = Literal["assessed", "ended", "adult", "died"]


@dataclass(slots=True)
class Assessment:
    """An assessment; ``is_empty`` when it found nothing."""

    day: int
    authorised: int
    dice: float
    is_empty: bool = False


@dataclass(slots=True)
class Enquiry:
    """A section 47 enquiry; without a ``conference`` none was required."""

    day: int
    target: int
    conference: int | None
    dice: float


@dataclass(slots=True)
class Support:
    """A child in need plan."""

    day: int
    end: int
    dice: float


@dataclass(slots=True)
class Protection:
    """A child protection plan and its reviews; ``end`` may lie beyond the last census."""

    day: int
    end: int
    previous: int
    reviews: list[int]
    dice: float


@dataclass(slots=True)
class Episode:
    """A referral and the case it opened; ``closed`` may lie beyond the last census.

    ``conference`` and ``plan_end`` belong to the child protection plan, where there is one.
    """

    day: int
    course: Course
    dice: float
    closed: int
    ending: Ending = "ended"
    assessed_from: int = 0
    assessed: int = 0
    conference: int | None = None
    plan_end: int = 0
    own_conference: int | None = None
    assessments: list[Assessment] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)
    supports: list[Support] = field(default_factory=list)
    protections: list[Protection] = field(default_factory=list)

    @property
    def is_nfa(self) -> bool:
        """Whether the referral led to no further action."""
        return self.course == "no_further_action"


@dataclass(slots=True)
class Child:
    """A child. ``cohort`` is the year, by its ending, of the first referral; ``day`` that referral's day."""

    cohort: int
    number: int
    day: int
    birth: int
    is_female: bool
    is_sex_known: bool
    has_upn: bool
    is_disabled: bool
    dice: float
    episodes: list[Episode] = field(default_factory=list)
    death: int | None = None


def life(rng: Random, habits: Profile, cohort: int, number: int) -> Child:
    """The ``number``-th child first referred in the year ending in ``cohort``; what happened in it to follow.

    Args:
        rng: Already seeded for this child.
        habits: The authority's.
        cohort: See above.
        number: See above.
    """
    child = _child(rng, cohort, number)
    last = days.window(cohort + SPAN)[1]
    day = child.day
    while child.death is None and day <= last - _ROOM and day < child.birth + 18 * days.YEAR:
        episode = _episode(rng, habits, child, day, last)
        child.episodes.append(episode)
        if episode.ending == "died":
            child.death = episode.closed
        chance = rng.random()
        if chance < habits.returning:
            gap = 3 + int(rng.expovariate(1 / 170))  # a weekend at least, see _office_day
        elif chance < habits.returning + 0.12:
            gap = rng.randrange(days.YEAR, 3 * days.YEAR)
        else:
            break
        day = _office_day(rng, episode.closed + gap)
    return child


def _child(rng: Random, cohort: int, number: int) -> Child:
    first, last = days.window(cohort)
    day = max(first, _office_day(rng, rng.randrange(first, last + 1)))
    age = rng.random()
    if age < 0.03:
        birth = day + rng.randrange(20, 190)  # referred before birth
    elif age < 0.12:
        birth = day - rng.randrange(days.YEAR)
    else:
        birth = day - rng.randrange(days.YEAR, int(17.4 * days.YEAR))
    return Child(
        cohort=cohort,
        number=number,
        day=day,
        birth=birth,
        is_female=rng.random() < 0.47,
        is_sex_known=rng.random() < 0.995,
        has_upn=rng.random() < 0.93,
        is_disabled=rng.random() < 0.13,
        dice=rng.random(),
    )


def _episode(rng: Random, habits: Profile, child: Child, day: int, last: int) -> Episode:
    course = _course(rng, habits)
    if course == "no_further_action":
        return Episode(day, course, rng.random(), closed=day)
    started = day + rng.randrange(4)
    # Most assessments end within the 45 working days allowed; about one in six does not.
    working_days = int(rng.triangular(5, 46, 40)) if rng.random() < 0.83 else 46 + rng.randrange(25)
    episode = Episode(day, course, rng.random(), closed=0)
    assessed = _by_year_end(started, 45, days.add_working_days(started, working_days))
    episode.assessed_from, episode.assessed = started, assessed
    # The last cases of a life end some time before its span does, and not all on one day.
    episode.closed = min(last - rng.randrange(_ROOM // 2), _closing(rng, episode))
    if course == "assessed" and rng.random() < 0.8:
        episode.ending = "assessed"
        episode.closed = episode.assessed  # such a case closes with its assessment
        return episode
    adult = child.birth + 18 * days.YEAR + 5
    if not child.is_disabled and episode.closed > adult:
        episode.closed = max(adult, episode.assessed + 1)
        episode.ending = "adult"
    elif rng.random() < 0.003 and episode.closed > child.birth:
        episode.ending = "died"
    episode.plan_end = min(episode.plan_end, episode.closed)
    return episode


def _course(rng: Random, habits: Profile) -> Course:
    chance = rng.random()
    if chance < habits.no_further_action:
        return "no_further_action"
    if chance < habits.no_further_action + habits.protected:
        return "protected"
    rest = rng.random()
    return "assessed" if rest < 0.46 else "planned" if rest < 0.86 else "lasting"


def _closing(rng: Random, episode: Episode) -> int:
    """The day the case would close; sets the protection plan's dates on the way."""
    if episode.course == "assessed":
        return episode.assessed + rng.randrange(11)
    if episode.course == "planned":
        return episode.assessed + 35 + int(rng.expovariate(1 / 150))
    if episode.course == "lasting":
        return episode.day + rng.randrange(200, 4 * days.YEAR)
    enquiry = episode.assessed_from + rng.randrange(4)
    held = rng.randrange(8, 15) if rng.random() < 0.8 else rng.randrange(16, 26)
    episode.conference = _by_year_end(episode.assessed_from, 15, days.add_working_days(enquiry, held))
    episode.assessed = max(episode.assessed, episode.conference)
    # Long enough for two or three in a hundred of the plans open on any day to be over two years old.
    episode.plan_end = episode.conference + max(21, min(1400, int(rng.weibullvariate(320, 1.35))))
    stepping_down = rng.randrange(15) if rng.random() < 0.45 else rng.randrange(40, 220)
    return max(episode.assessed, episode.plan_end) + stepping_down


def _by_year_end(start: int, allowed: int, done: int) -> int:
    """The day it is done; in time if it would be overdue on 31 March, as the census has it looked into."""
    in_time = days.add_working_days(start, allowed)
    return in_time if in_time <= days.window(days.year_of(in_time))[1] < done else done


def _office_day(rng: Random, day: int) -> int:
    """The day itself, or the Friday before for most of those at a weekend: few referrals come in then."""
    return day - max(0, days.weekday(day) - 4) if rng.random() < 0.85 else day
