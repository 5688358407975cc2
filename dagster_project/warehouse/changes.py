"""What a build has to make anew: everything, or what stands on the returns of some authorities."""

import hashlib
from collections.abc import Iterable, Mapping

from dagster_project.dictionary import ENGLAND
from dagster_project.intake import Submission

#: Where more than one authority in so many changed, making all anew costs no more and leaves tables in order.
FEW = 4


def states(in_use: Iterable[Submission]) -> dict[str, str]:
    """For each authority one hash of the submissions in use and which of their tables are."""
    parts: dict[str, list[str]] = {}
    for each in in_use:
        history = f"{each.received_at} {each.withdrawn} {each.erased}"
        held = f"{each.submission_id} {history} {' '.join(sorted(each.tables))}"
        parts.setdefault(each.la_code, []).append(held)
    return {la_code: _hash(sorted(held)) for la_code, held in parts.items()}


def touched(built: Mapping[str, str], held: Mapping[str, str]) -> frozenset[str] | None:
    """The authorities whose state is another than the one that was built, or None if all is to be made anew.

    England is always among them: what is published stands in no authority's part of a table, and is made anew
    each time.

    Args:
        built: the states that the last build recorded; empty if it recorded none.
        held: the states now.
    """
    if not built:
        return None
    changed = {la_code for la_code in {*built, *held} if built.get(la_code) != held.get(la_code)}
    if FEW * len(changed - {ENGLAND}) > len(held):
        return None
    return frozenset(changed | {ENGLAND})


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
