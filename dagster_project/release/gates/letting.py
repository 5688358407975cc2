"""What follows from a judgement: who may let what through, and what holds a release back."""

from collections.abc import Mapping
from pathlib import Path

from dagster_project.release.errors import ReleaseBlocked, ReleaseError
from dagster_project.release.gates.page import write_page
from dagster_project.release.gates.result import Judgement, Result

#: What somebody lets through: ``suite.name`` of an expectation, and the reason.
Accepted = Mapping[str, str]


def let_through(judgement: Judgement, accepted: Accepted, docs: Path) -> list[str]:
    """A line for each failure that holds nothing back, with the reason where it was accepted.

    Args:
        judgement: What the gates found.
        accepted: What somebody lets through.
        docs: Where the page is written if the release is held back; one that is made has its own.

    Raises:
        ReleaseBlocked: critical expectations failed that nobody accepted.
        ReleaseError: what was accepted did not fail: a misspelling would let nothing through, unnoticed.
    """
    critical = [failure for failure in judgement.failures if failure.severity == "critical"]
    names = {failure.full_name for failure in critical}
    if idle := ", ".join(sorted(accepted.keys() - names)):
        held_back = f"what holds it back is {', '.join(sorted(names))}" if names else "nothing is held back"
        raise ReleaseError(f"--accept {idle}: no critical failure of that name; {held_back}")
    if blocking := [failure.line for failure in critical if failure.full_name not in accepted]:
        raise ReleaseBlocked(
            blocking,
            f"nothing was released; all that was judged is in {write_page(judgement, docs)}\n"
            "to let through what is no error: ncd release --accept SUITE.EXPECTATION --because REASON",
        )
    return [_with_reason(failure, accepted) for failure in judgement.failures]


def _with_reason(failure: Result, accepted: Accepted) -> str:
    reason = accepted.get(failure.full_name)
    return f"accepted ({reason}): {failure.line}" if reason else failure.line
