"""Intake: files become submissions under ``raw/``; no database, no orchestration.

Fingerprint, recognise, read, check, pseudonymise, commit. ``take_in`` does it all, ``examine`` stops before
anything is written, and the ledger says what was taken in and when.
"""

from dagster_project.intake.errors import IntakeError, KeyProblem, LedgerError
from dagster_project.intake.examining import Examined, examine
from dagster_project.intake.holdings import Held, holdings, violations
from dagster_project.intake.integrity import damaged
from dagster_project.intake.ledger import (
    Refusal,
    Submission,
    TableFile,
    current,
    moment,
    refusals,
    restore,
    submissions,
    withdraw,
)
from dagster_project.intake.scope import Scope
from dagster_project.intake.taking import take_in
from dagster_project.intake.telling import declared_by
from dagster_project.intake.work import Outcome
from dagster_project.returns import READABLE, Source, Told

__all__ = [
    "READABLE",
    "Examined",
    "Held",
    "IntakeError",
    "KeyProblem",
    "LedgerError",
    "Outcome",
    "Refusal",
    "Scope",
    "Source",
    "Submission",
    "TableFile",
    "Told",
    "current",
    "damaged",
    "declared_by",
    "examine",
    "holdings",
    "moment",
    "refusals",
    "restore",
    "submissions",
    "take_in",
    "violations",
    "withdraw",
]
