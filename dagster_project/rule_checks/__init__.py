"""The statutory rules over what was taken in: each state that a return was ever in, checked once and kept.

Intake does not know the whole of a return, which may come as many files, nor that of the year before. So the
rules run on the sets in use under ``raw/``, in parallel, and what they find lies in ``rules/``: derived, and
made again from ``raw/`` if it is removed. Nothing there names a child but by the pseudonym.
"""

from dagster_project.rule_checks.checking import check_all, failing
from dagster_project.rule_checks.states import State, states
from dagster_project.rule_checks.store import FAILURE, RESULT, files, version

__all__ = ["FAILURE", "RESULT", "State", "check_all", "failing", "files", "states", "version"]
