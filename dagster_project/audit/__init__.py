"""Who did what in a workspace, and when: a log that only grows, each record with the hash of the one before.

Recorded are the commands that change a workspace: who ran which, on what, how it ended, what came out. Never
the name of a file, never an option as it was typed, never a value of a record: counts and hashes.
"""

from dagster_project.audit.chain import AuditError, Head, head
from dagster_project.audit.checking import Broken, Checked, checked
from dagster_project.audit.recording import recorded

__all__ = ["AuditError", "Broken", "Checked", "Head", "checked", "head", "recorded"]
