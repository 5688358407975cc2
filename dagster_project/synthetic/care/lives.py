"""What a child's time in care is made of, and the days it avoids."""

from dataclasses import dataclass, field
from datetime import date

from dagster_project.synthetic import days
from dagster_project.synthetic.lives import Child, Episode


@dataclass(frozen=True, slots=True)
class Place:
    """Where a child lives: a placement code, or the name of a kind whose code changes with the years.

    ``provider`` is a code; ``number`` tells one carer or home from another.
    """

    kind: str
    provider: str
    number: int


@dataclass(slots=True)
class Spell:
    """An episode of the return: as long as neither the legal status nor the placement changes.

    ``rne`` says why it began; ``move`` why the placement ended, empty where it went on. ``end`` may lie
    beyond the last return.
    """

    day: int
    end: int
    rne: str
    legal: str
    place: Place
    move: str
    dice: float

    @property
    def is_move(self) -> bool:
        """Whether another carer took over with it: a new status with the same carer is no move."""
        return self.rne in ("S", "P", "B")


@dataclass(slots=True)
class Period:
    """An unbroken time in care. ``case`` is the one it began in; ``reason`` why it ended, as in the return.

    ``decision`` is the day adoption was decided on, ``reversal`` the day that was taken back. ``missing``
    holds first day, last day and kind; ``workers`` first day, last day and the worker's number.
    """

    start: int
    end: int
    reason: str
    case: Episode
    dice: float
    is_short_break: bool = False
    is_volatile: bool = False
    decision: int | None = None
    reversal: int | None = None
    spells: list[Spell] = field(default_factory=list)
    reviews: list[int] = field(default_factory=list)
    missing: list[tuple[int, int, str]] = field(default_factory=list)
    workers: list[tuple[int, int, int]] = field(default_factory=list)
    liberty: list[tuple[int, int]] = field(default_factory=list)

    @property
    def is_adoption(self) -> bool:
        """Whether it ended with an adoption order."""
        return self.reason in ("E11", "E12")


@dataclass(slots=True)
class Care:
    """A child who was looked after. ``periods`` are in order; short breaks stand beside no other kind."""

    child: Child
    periods: list[Period]
    is_uasc: bool


def clear(day: int) -> int:
    """The day, or one just before it where a count would hang on whether its bounds are in or out."""
    first, last = days.window(days.year_of(day))
    if day in (first, last):
        return day - 1 - (day == first)
    months_30 = first + 182  # 30 September, from which two and a half years are counted
    return months_30 - 2 if abs(day - months_30) <= 1 else day


def birthday(child: Child, age: int) -> int:
    """The day the child turns ``age``; 1 March for one born on 29 February."""
    born = date.fromordinal(child.birth)
    if (born.month, born.day) == (2, 29):
        return date(born.year + age, 3, 1).toordinal()
    return born.replace(year=born.year + age).toordinal()


def age_at(child: Child, day: int) -> int:
    """The child's age in whole years; below 0 before birth."""
    born, then = date.fromordinal(child.birth), date.fromordinal(day)
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))
