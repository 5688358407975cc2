"""Intake: files become submissions under ``raw/``; no database, no orchestration.

Fingerprint, recognise, read, check, pseudonymise, commit. ``take_in`` does it all, ``examine`` stops before
anything is written, and the ledger says what was taken in and when.
"""

from dagster_project.intake.commit import sweep
from dagster_project.intake.erasing import Child, child, holding, names_holding, remove, unname, without
from dagster_project.intake.errors import IntakeError, KeyProblem, LedgerError
from dagster_project.intake.examining import Examined, examine
from dagster_project.intake.files import fingerprint
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
    seal_of,
    submissions,
    withdraw,
)
from dagster_project.intake.rewriting import finish, rewrite, unfinished
from dagster_project.intake.scope import Scope
from dagster_project.intake.taking import take_in
from dagster_project.intake.telling import declared_by
from dagster_project.intake.whole_files import sync_folder, write_json, write_whole
from dagster_project.intake.work import Outcome
from dagster_project.returns import READABLE, Source, Told, UnreadableFile, contents

__all__ = [
    "READABLE",
    "Child",
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
    "UnreadableFile",
    "child",
    "contents",
    "current",
    "damaged",
    "declared_by",
    "examine",
    "fingerprint",
    "finish",
    "holding",
    "holdings",
    "moment",
    "names_holding",
    "refusals",
    "remove",
    "restore",
    "rewrite",
    "seal_of",
    "submissions",
    "sweep",
    "sync_folder",
    "take_in",
    "unfinished",
    "unname",
    "violations",
    "withdraw",
    "without",
    "write_json",
    "write_whole",
]
