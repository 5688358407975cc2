"""The rules: what the Department for Education will hold against a return once it is submitted, and ours.

The rules are data, ``expectations/rules/<return>/*.yml``, each a query for the places that fail. They run
over one submission in a DuckDB of their own, in memory; no return is read or written here.
"""

from dagster_project.rules.checking import Place, Result, check, person_field
from dagster_project.rules.loading import Rule, in_words, returns, rules
from dagster_project.rules.tables import PREVIOUS, Asked

__all__ = [
    "PREVIOUS",
    "Asked",
    "Place",
    "Result",
    "Rule",
    "check",
    "in_words",
    "person_field",
    "returns",
    "rules",
]
