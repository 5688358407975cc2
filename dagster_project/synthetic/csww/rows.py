"""Which spells of a life stand in a workforce census, and what was true of each on 30 September."""

from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.synthetic import days
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.csww.lives import Spell, Staffing, Worker, staffing, window

#: Roles whose holders have cases, always or some of them, and those for whom that is not asked.
CASE_HOLDER, SENIOR_PRACTITIONER = "5", "4"
_MANAGERS = frozenset({"1", "2"})

#: The part of each role among permanent workers, by code; the dictionary says which codes there are.
_ROLES = (("5", 0.34), ("6", 0.56), ("4", 0.74), ("3", 0.88), ("2", 0.96), ("1", 1.0))
_AGENCY_ROLES = (("5", 0.65), ("6", 0.8), ("4", 0.94), ("3", 1.0))


@dataclass(frozen=True, slots=True)
class Row:
    """A worker's spell as one census shows it; ``fte`` is that of 30 September, or of the last day."""

    worker: Worker
    spell: Spell
    is_in_post: bool
    fte: float
    role: str
    cases: int | None
    days_lost: float | None
    absence: str | None

    @property
    def day(self) -> int:
        """The first day of the spell."""
        return self.spell.day

    @property
    def dice(self) -> float:
        """The spell's own number: what does not change from year to year is drawn from it."""
        return self.spell.dice


@dataclass(frozen=True, slots=True)
class Vacancies:
    """What an authority says of itself: full-time posts with nobody in them, and who covers for them."""

    day: int
    dice: float
    fte: float
    agency_fte: float
    agency_headcount: int


def census_of(authority: str, year: int) -> Census:
    """The census of an authority in the year ending in ``year``, about which no child's id is asked."""
    return Census(authority, year, *window(year), child_id=lambda _: "")


def rows(worker: Worker, census: Census) -> Iterator[Row]:
    """The worker's posts of the year: held on 30 September, or left since the last one.

    Agency workers are asked for as at 30 September; a thorough authority sends those who left as well.
    """
    habits = staffing(census.authority)
    for spell in worker.spells:
        is_in_post = spell.end > census.end
        is_asked_for = is_in_post or not spell.is_agency or habits.is_thorough
        if spell.day <= census.end and spell.end >= census.start and is_asked_for:
            yield _row(worker, spell, is_in_post, census, habits)


def _row(worker: Worker, spell: Spell, is_in_post: bool, census: Census, habits: Staffing) -> Row:
    role, fte = _role(spell), spell.fte_on(min(spell.end, census.end))
    absence = _absence(spell, census) if is_in_post else None
    cases = _cases(spell, role, fte, absence, census, habits) if is_in_post else None
    asks_for_days = is_in_post and (not spell.is_agency or habits.is_thorough)
    days_lost = _days_lost(spell, fte, absence, census) if asks_for_days else None
    return Row(worker, spell, is_in_post, fte, role, cases, days_lost, absence)


def _role(spell: Spell) -> str:
    if is_newly_qualified(spell):
        return CASE_HOLDER
    part = share(spell.dice, "role")
    return next(code for code, up_to in (_AGENCY_ROLES if spell.is_agency else _ROLES) if part < up_to)


def is_newly_qualified(spell: Spell) -> bool:
    """Whether the post is the worker's first after qualifying."""
    return spell.is_first and not spell.is_agency and share(spell.dice, "newly qualified") < 0.25


def _absence(spell: Spell, census: Census) -> str | None:
    """Why the worker was away on 30 September; seldom an agency worker, who would have been replaced."""
    part = share(spell.dice, f"away {census.year}") * (4 if spell.is_agency else 1)
    return next((why for why, up_to in (("MAT", 0.025), ("SIC", 0.05), ("UNP", 0.055)) if part < up_to), None)


def _cases(
    spell: Spell, role: str, fte: float, absence: str | None, census: Census, habits: Staffing
) -> int | None:
    if role in _MANAGERS:
        return None
    holds = role == CASE_HOLDER or role == SENIOR_PRACTITIONER and share(spell.dice, "holds") < 0.45
    if not holds or absence is not None or share(spell.dice, f"between cases {census.year}") < 0.02:
        return 0
    spread = share(spell.dice, f"cases {census.year}") + share(spell.dice, f"more cases {census.year}")
    return max(1, round(fte * habits.cases * (0.45 + 0.55 * spread)))


def _days_lost(spell: Spell, fte: float, absence: str | None, census: Census) -> float:
    """Half days, as they are counted: none for every other worker, many for those ill on the day."""
    part = share(spell.dice, f"ill {census.year}")
    in_year = (census.end - max(spell.day, census.start)) / days.YEAR
    if absence == "SIC":
        lost = 25 + 120 * part
    elif part < 0.45:
        lost = 0.0
    else:
        lost = 0.5 + 42 * ((part - 0.45) / 0.55) ** 3
    return round(2 * lost * fte * in_year) / 2


def vacancies(shown: list[Row], census: Census) -> Vacancies:
    """What an authority whose census shows these rows says of its vacancies."""
    in_post = sum(row.fte for row in shown if row.is_in_post and not row.spell.is_agency)
    covering = [
        row.fte
        for row in shown
        if row.is_in_post and row.spell.is_agency and share(row.dice, "covers") < 0.81
    ]
    # One number for the authority and year, so that the rate moves a little from year to year.
    dice = share((int(census.authority) * 7919 + census.year) % 10_007 / 10_007, "vacancies")
    vacant = staffing(census.authority).vacant * (0.95 + 0.1 * dice)
    posts = round(in_post * vacant / (1 - vacant), 1)
    return Vacancies(census.end, dice, posts, round(sum(covering), 2), len(covering))
