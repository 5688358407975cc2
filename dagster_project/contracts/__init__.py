"""Contracts: what the dictionary says of a table's values, and where a file departs from it.

A departure is recorded and never fatal: the row lands all the same. It says where, never what was there.
"""

from dagster_project.contracts.checking import violations
from dagster_project.contracts.normal import normalised
from dagster_project.contracts.schema import schema_for

__all__ = ["normalised", "schema_for", "violations"]
