"""Local extracts in an authority's own words: its legal tracker and its referral log.

Of the same children as the children in need census, under the ids of the latest one. The words are ours,
modelled on the columns that ``seeds/dictionary`` has for local extracts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from dagster_project.settings import extracts_in
from dagster_project.synthetic import days
from dagster_project.synthetic.children import children_of
from dagster_project.synthetic.choices import pick, share
from dagster_project.synthetic.ids import child_ids
from dagster_project.synthetic.lives import SPAN, Child, Episode
from dagster_project.synthetic.others.plain_files import write_csv, write_workbook

#: What an ``ncd.toml`` declares of the two extracts.
DECLARATION = Path(__file__).with_name("ncd.toml")
EXTRACTS = extracts_in(DECLARATION)

_TYPES = (("care", 0.88), ("supervision", 0.95), ("other", 1.0))
_OUTCOMES = (
    ("care_order", 0.38),
    ("placement_order", 0.58),
    ("special_guardianship_order", 0.76),
    ("supervision_order", 0.86),
    ("child_arrangements_order", 0.92),
    ("no_order", 0.96),
    ("withdrawn", 1.0),
)

#: How many children with a plan come before the court, and how often with the one before.
_TO_COURT, _WITH_ANOTHER = 0.42, 0.5


@dataclass(slots=True)
class Application:
    """An application to the court; ``ended`` may lie ahead. Each child may end with an order of its own."""

    issued: int
    kind: str
    ended: int
    children: list[Child] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)


def lives_of(authority: str, years: Sequence[int], children: int, seed: int) -> list[Child]:
    """Every child who could be a case of the authority in ``years``."""
    cohorts = range(years[0] - SPAN, years[-1] + 1)
    return [child for child, _ in children_of(authority, cohorts, children, seed)]


def applications(
    lives: Sequence[Child], authority: str, years: Sequence[int], seed: int
) -> list[Application]:
    """The applications issued in ``years``, in the order they were issued.

    They are about children with a protection plan. Lives know no families, so the children of one
    application are such as were before the court at about the same time.
    """
    first, last = days.window(years[0])[0], days.window(years[-1])[1]
    due = sorted(
        (issued, child.cohort, child.number, child, episode)
        for child in lives
        for episode in child.episodes
        if (issued := _issued(child, episode)) is not None
    )
    made: list[Application] = []
    for issued, _, _, child, episode in due:
        dice = episode.dice
        before = made[-1] if made else None
        if (
            before is not None
            and share(dice, "with another") < _WITH_ANOTHER
            and episode.assessed <= before.issued <= episode.closed
            and child.birth <= before.issued
            and child not in before.children
        ):
            application = before
        else:
            length = 90 + int(Random(f"{seed} {authority} {dice}").expovariate(1 / 110))
            kind = _among(_TYPES, share(dice, "application"))
            application = Application(issued, kind, days.add_working_days(issued + length, 1))
            made.append(application)
        application.children.append(child)
        application.outcomes.append(_among(_OUTCOMES, share(dice, "outcome")))
    return [each for each in made if first <= each.issued <= last]


def _issued(child: Child, episode: Episode) -> int | None:
    """The day on which the child is taken to court, if that happens while the case is open."""
    if episode.course != "protected" or share(episode.dice, "court") >= _TO_COURT:
        return None
    issued = days.add_working_days(episode.assessed + int(20 + 200 * share(episode.dice, "wait")), 1)
    return issued if child.birth < issued < min(episode.closed, child.birth + 17 * days.YEAR) else None


def _among(parts: Sequence[tuple[str, float]], part: float) -> str:
    return next(code for code, up_to in parts if part < up_to)


def write_legal_tracker(
    folder: Path, authority: str, made: Sequence[Application], years: Sequence[int], faults: bool
) -> Path:
    """Write ``legal_tracker_<authority>.csv``: one row per child and application, as known on the last day.

    A column that nobody asked for stands in it; days have the day first.
    """
    last = days.window(years[-1])[1]
    of, words = child_ids(authority, years[-1], faults), _words("legal_tracker")
    running: dict[int, int] = {}
    rows = []
    for application in made:
        year = days.year_of(application.issued)
        running[year] = running.get(year, 0) + 1
        reference = f"LT/{authority}/{year % 100:02d}/{running[year]:03d}"
        is_over = application.ended <= last
        for child, outcome in zip(application.children, application.outcomes, strict=True):
            rows.append(
                (
                    reference,
                    of(child),
                    _day_first(application.issued),
                    words["application_type"][application.kind],
                    words["outcome"][outcome] if is_over else "",
                    _day_first(application.ended) if is_over else "",
                    "Court team",
                )
            )
    headings = [*EXTRACTS["legal_tracker"]["columns"], "Team"]
    return write_csv(folder / f"legal_tracker_{authority}.csv", headings, rows)


def write_referral_log(
    folder: Path, authority: str, lives: Sequence[Child], years: Sequence[int], faults: bool
) -> Path:
    """Write ``referral_log_<authority>.xlsx``: one row per referral of a child, in the order they came in."""
    first, last = days.window(years[0])[0], days.window(years[-1])[1]
    of, words = child_ids(authority, years[-1], faults), _words("referral_log")
    rows = []
    for child in lives:
        for episode in child.episodes:
            if first <= episode.day <= last:
                year = days.year_of(episode.day)
                # Chosen as the census chooses it, so that both say the same of a referral.
                source = pick("cin_referral_source", year, year, share(episode.dice, "ReferralSource"))
                decision = words["no_further_action"]["1" if episode.is_nfa else "0"]
                referred = date.fromordinal(episode.day)
                rows.append((of(child), referred, words["referral_source"].get(source, source), decision))
    rows.sort(key=lambda row: (row[1], row[0]))
    headings = list(EXTRACTS["referral_log"]["columns"])
    return write_workbook(folder / f"referral_log_{authority}.xlsx", "Contacts", headings, rows)


def _words(extract: str) -> dict[str, dict[str, str]]:
    """The authority's word for each code, by field."""
    return {
        name: {code: word for word, code in said.items()}
        for name, said in EXTRACTS[extract]["values"].items()
    }


def _day_first(day: int) -> str:
    return date.fromordinal(day).strftime("%d/%m/%Y")
