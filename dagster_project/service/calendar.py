"""What is due: which returns, of which authorities, by when, and which have not come.

The dates are those of the seed ``collection_window``. Annex A lists and local extracts have no date of their
own: an authority that sends them is taken to go on, each month and every few days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dagster_project.dictionary import (
    area_name,
    fictional_authorities,
    month_end,
    returns,
    window,
    year_name,
    year_of,
)
from dagster_project.dictionary import collection as described
from dagster_project.intake import Submission, current, submissions
from dagster_project.settings import Settings

State = Literal["to come", "due", "late", "arrived"]

ANNEX_A, EXTRACTS = "annex_a", "local"


@dataclass(frozen=True)
class Due:
    """One return of one period: who is to send it, who has. ``caution``: why its day is not certain."""

    return_id: str
    period: str
    opens: date | None
    due: date
    caution: str
    expected: frozenset[str]
    arrived: frozenset[str]

    @property
    def missing(self) -> list[str]:
        """The authorities of which it has not come."""
        return sorted(self.expected - self.arrived)

    def state(self, today: date) -> State:
        """How it stands on a day."""
        if not self.missing:
            return "arrived"
        if today > self.due:
            return "late"
        return "to come" if self.opens and today < self.opens else "due"

    def late(self, today: date) -> dict[str, str]:
        """A line for each authority of which it is late."""
        if self.state(today) != "late":
            return {}
        doubt = f" (the day is not certain: {self.caution})" if self.caution else ""
        said = f"was due on {self.due:%d %B %Y}{doubt} and has not come"
        return {
            la_code: f"{self.return_id} {self.period} of {la_code} {area_name(la_code)} {said}"
            for la_code in self.missing
        }


def calendar(settings: Settings, today: date) -> list[Due]:
    """What is due, in order of its day: of each return the period that ended last, and the next.

    Waited for are the authorities of ``[service] authorities``, each with every yearly return; where none are
    named, those that ever sent one, each with what it sent. A made-up authority keeps no calendar unless it
    is named.

    Raises:
        LedgerError: a manifest cannot be read.
    """
    known, in_use = submissions(settings.raw), current(settings.raw)
    found = [
        *(due for each in AWAITED[:-2] for due in _of_years(settings, each, known, in_use, today)),
        *_annex_a(settings, known, in_use, today),
        *_extracts(settings, known, today),
    ]
    return sorted(found, key=lambda each: (each.due, each.return_id))


def _yearly() -> Iterator[str]:
    for return_id in returns():
        what = described(return_id)
        if what.sender == "authority" and what.period == "year":
            yield return_id


#: What is waited for: returns whose window is known of years to come, and what comes by habit.
AWAITED = (*(each for each in _yearly() if window(each, 2100)), ANNEX_A, EXTRACTS)


def _of_years(
    settings: Settings, return_id: str, known: list[Submission], in_use: list[Submission], today: date
) -> Iterator[Due]:
    expected = frozenset(settings.service.authorities) or _senders(known, return_id)
    running = year_of(today, described(return_id).year_ends)  # has not ended yet
    for year in (running - 1, running):
        held = window(return_id, year)
        if held and held.due and expected:
            came = frozenset(
                each.la_code
                for each in in_use
                if each.return_id == return_id and each.collection_year == year
            )
            yield Due(return_id, year_name(year), held.opens, held.due, held.caution, expected, came)


def _annex_a(
    settings: Settings, known: list[Submission], in_use: list[Submission], today: date
) -> Iterator[Due]:
    ended = today.replace(day=1) - timedelta(days=1)
    expected = _senders(known, ANNEX_A, settings.service.authorities)
    if expected:
        came = frozenset(
            each.la_code
            for each in in_use
            if each.return_id == ANNEX_A and each.period_end >= ended.isoformat()
        )
        due = today.replace(day=min(settings.service.annex_a_by, month_end(today.year, today.month).day))
        yield Due(ANNEX_A, f"{ended:%Y-%m}", today.replace(day=1), due, "a local habit", expected, came)


def _extracts(settings: Settings, known: list[Submission], today: date) -> Iterator[Due]:
    sent = [each for each in known if each.return_id == EXTRACTS]
    for la_code in sorted(_senders(sent, EXTRACTS, settings.service.authorities)):
        newest = max(date.fromisoformat(each.received_at[:10]) for each in sent if each.la_code == la_code)
        due = newest + timedelta(days=settings.service.extracts_within)
        who = frozenset({la_code})
        yield Due(EXTRACTS, "latest", newest, due, "a local habit", who, who if today <= due else frozenset())


def _senders(known: Iterable[Submission], return_id: str, named: Iterable[str] = ()) -> frozenset[str]:
    """Those that ever sent a return; of made-up authorities those that are named."""
    made_up = fictional_authorities().keys() - set(named)
    return frozenset(each.la_code for each in known if each.return_id == return_id) - made_up
