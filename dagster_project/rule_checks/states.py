"""Which states a return was in: what of it was in use from when until when, as the ledger tells."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dagster_project import rules
from dagster_project.dictionary import collection, returns, year_ends
from dagster_project.intake import Submission
from dagster_project.intake.ledger import latest

#: Submissions in use, each with those of its tables that are.
InUse = tuple[Submission, ...]
_Set = tuple[str, str, str]


@dataclass(frozen=True)
class State:
    """What was in use of a return of one authority and period, with what its rules need besides.

    ``known_at`` is the moment of the ledger since when, ``superseded_at`` until when; None is still. Of what
    has been withdrawn altogether there is no state.
    """

    return_id: str
    la_code: str
    period_end: str
    known_at: str
    superseded_at: str | None
    own: InUse
    previous: InUse
    beside: tuple[InUse, ...]

    @property
    def collection_year(self) -> int:
        """The collection year it is of."""
        return self.own[0].collection_year

    @property
    def check_id(self) -> str:
        """The same files in use, the same id: 16 hexadecimal digits."""
        held = "\n".join(_held((self.own, self.previous, *self.beside)))
        return hashlib.sha256(held.encode()).hexdigest()[:16]


def states(known: list[Submission], until: str | None = None) -> list[State]:
    """Every state of every return that has rules, oldest first within each; with ``until``, as known then.

    Args:
        known: all submissions of the ledger, oldest first, the withdrawn too.
        until: a moment of the ledger.
    """
    by_set: dict[_Set, list[Submission]] = defaultdict(list)
    for each in known:
        by_set[each.return_id, each.la_code, each.period_end].append(each)
    return [
        state
        for (return_id, la_code, period_end), own in sorted(by_set.items())
        if return_id in rules.returns() and rules.rules(return_id, own[0].collection_year)
        for state in _states((return_id, la_code, period_end), by_set, until)
    ]


def _states(of: _Set, by_set: dict[_Set, list[Submission]], until: str | None) -> Iterator[State]:
    return_id, la_code, period_end = of
    sets = [by_set.get(each, []) for each in (of, *_looked_at(of, by_set[of][0].collection_year))]
    moments = sorted({moment for set_ in sets for each in set_ for moment in _moments(each)})
    turns: list[tuple[str, list[InUse]]] = []
    for moment in moments:
        held = [_in_use(set_, moment) for set_ in sets]
        if (until is None or moment <= until) and (not turns or _held(turns[-1][1]) != _held(held)):
            turns.append((moment, held))
    ends = [*(moment for moment, _ in turns[1:]), None]
    for (moment, (own, previous, *beside)), end in zip(turns, ends, strict=False):  # of none, no end
        if own:
            yield State(return_id, la_code, period_end, moment, end, own, previous, tuple(beside))


def _in_use(submissions: list[Submission], moment: str) -> InUse:
    return tuple(latest([each for each in submissions if each.is_in_force(moment)]))


def _moments(submission: Submission) -> set[str]:
    """When something changed about it."""
    changes = {moment for span in submission.withdrawn for moment in span if moment}
    return {submission.received_at} | changes


def _looked_at(of: _Set, year: int) -> list[_Set]:
    """The sets that the rules of one look at besides: that of the year before, then other yearly returns."""
    return_id, la_code, period_end = of
    needs = {need for rule in rules.rules(return_id, year) for need in rule.needs}
    before = f"{int(period_end[:4]) - 1}{period_end[4:]}" if "previous" in needs else ""
    others = [each for each in sorted(needs & set(returns())) if collection(each).period == "year"]
    ends = [(other, la_code, date(year, *year_ends(other)).isoformat()) for other in others]
    return [(return_id, la_code, before), *ends]


def _held(sets: Sequence[InUse]) -> list[str]:
    """What is in use, in words that are equal where the same is."""
    return [
        " ".join(f"{each.submission_id}:{','.join(sorted(each.tables))}" for each in set_) for set_ in sets
    ]
