"""What a run does, step by step: the same functions for the command and for Dagster's assets.

Each that changes the workspace is recorded in the audit log.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from dagster_project import audit, erasure, intake, lock, release, rule_checks, sealing, service, warehouse
from dagster_project.intake import IntakeError, Outcome, Scope, Submission, Told
from dagster_project.release import Judgement, Release, ReleaseError
from dagster_project.settings import Settings, SettingsError
from dagster_project.warehouse import BuildError, Built, InUse

#: What a user can put right, each said in plain lines.
FAULTS = (
    SettingsError,
    IntakeError,
    BuildError,
    ReleaseError,
    audit.AuditError,
    erasure.OrderError,
    sealing.SealingError,
)

ALL = Scope()


@dataclass(frozen=True)
class Run:
    """What came of a run. ``is_new`` is false where the release in force already held everything."""

    outcomes: list[Outcome]
    release: Release
    is_new: bool
    warnings: list[str]

    @property
    def refused(self) -> list[Outcome]:
        """The files that could not be read."""
        return [outcome for outcome in self.outcomes if outcome.state == "refused"]


@contextmanager
def _recorded(settings: Settings, command: str) -> Iterator[dict[str, Any]]:
    """The audit record of a command; an erasure that was killed is finished before it does anything."""
    with audit.recorded(settings, command) as record:
        erasure.finish(settings)
        yield record


def take_in(
    settings: Settings,
    paths: Sequence[Path] = (),
    told: Told | None = None,
    on_file: Callable[[Outcome], None] | None = None,
    scope: Scope = ALL,
) -> list[Outcome]:
    """Takes in ``paths``, or whatever lies in ``incoming/``, as far as ``scope`` holds it."""
    if not paths:
        settings.incoming.mkdir(parents=True, exist_ok=True)
    with _recorded(settings, "intake") as record:
        outcomes = intake.take_in(list(paths) or [settings.incoming], settings, told, on_file, scope=scope)
        record["files"] = dict(Counter(each.state for each in outcomes))
        for state in ("accepted", "refused"):
            record[f"{state}_sha256"] = sorted(
                {each.file_sha256 or "" for each in outcomes if each.state == state}
            )
        return outcomes


def run(
    settings: Settings,
    on_file: Callable[[Outcome], None] | None = None,
    on_step: Callable[[str], None] = lambda _: None,
    scope: Scope = ALL,
    anew: bool = False,
) -> Run:
    """Takes in what is new, builds, checks and releases; with nothing new, changes nothing.

    Args:
        settings: the workspace.
        on_file: called with what became of each file.
        on_step: called with each step in words, as it begins.
        scope: the authorities and years that the run is about.
        anew: holds the rules against all of ``scope`` again, makes its authorities' part of each table anew
            and releases, although nothing is new.

    Raises:
        BuildError: a model, contract or test failed; the release in force stays.
        ReleaseError: the release was held back, or could not be written; the release in force stays.
    """
    with noted(settings), _recorded(settings, "run"):
        on_step("taking in what is new")
        outcomes = take_in(settings, on_file=on_file, scope=scope)
        in_force = release.current(settings)
        if in_force and not anew and not is_new(settings):
            service.note(settings, "nothing new", release_id=in_force.release_id)
            return Run(outcomes, in_force, is_new=False, warnings=[])
        Thread(target=warehouse.get_ready, daemon=True).start()  # one core has little to do until then
        on_step("holding the statutory rules against it")
        warnings = check_rules(settings, scope if anew else None)
        on_step("building and testing the warehouse")
        warnings += build(settings, scope, anew)
        on_step("judging and releasing")
        made = publish(settings)
        service.note(settings, "released", release_id=made.release_id)
        return Run(outcomes, made, is_new=True, warnings=warnings)


def withdraw(settings: Settings, submissions: Sequence[str], undo: bool = False) -> list[Submission]:
    """Takes submissions back, or brings them back in use; each as it is now.

    Raises:
        LedgerError: there is none of that id, or it is so already; those before it are done.
    """
    now, change = datetime.now(UTC), intake.restore if undo else intake.withdraw
    with _recorded(settings, "restore" if undo else "withdraw") as record:
        record["submissions"] = []
        done = []
        for each in submissions:
            done.append(change(settings.raw, each, now))
            record["submissions"].append(each)
        return done


@contextmanager
def noted(settings: Settings, run_id: str = "") -> Iterator[None]:
    """Keeps what ends the block as the reasons for which a run was blocked, and lets it pass on."""
    try:
        yield
    except FAULTS as fault:
        service.note(settings, "blocked", reasons=str(fault).splitlines(), run_id=run_id)
        raise
    except Exception as fault:  # its text may quote a record
        reason = f"an unforeseen fault ({type(fault).__name__}); please report it"
        service.note(settings, "blocked", reasons=[reason], run_id=run_id)
        raise


def is_new(settings: Settings) -> bool:
    """Whether the release in force, if there is one, was made from something else than what is there now."""
    in_force = release.current(settings)
    if in_force is None or in_force.is_withheld:
        return True
    return in_force.inputs != warehouse.fingerprint(settings)


def may_pass(fault: BaseException) -> bool:
    """Whether waiting may cure a fault: another run at work, or a file that somebody has open."""
    under: BaseException | None = fault
    while under is not None:
        if isinstance(under, lock.Busy | InUse | PermissionError | BlockingIOError):
            return True
        under = under.__context__
    return False


def build(
    settings: Settings,
    scope: Scope = ALL,
    anew: bool = False,
    only: Collection[str] = (),
    on_built: Callable[[Built], None] = lambda _: None,
    target: str = "duckdb",
) -> list[str]:
    """Builds what changed; with ``anew`` also what the authorities of ``scope`` have in each table.

    Raises:
        BuildError: a model, contract or test failed.
    """
    with _recorded(settings, "build") as record:
        record["inputs"] = warehouse.fingerprint(settings)
        held = {
            each.la_code
            for each in (intake.submissions(settings.raw) if anew else ())
            if scope.holds(each.la_code, each.collection_year)
        }
        return warehouse.build(
            settings, target, anew=anew and scope.is_all, again=held, only=only, on_built=on_built
        )


def check_rules(settings: Settings, anew: Scope | None = None) -> list[str]:
    """Holds the statutory rules against whatever changed; a line for each return where that was not possible.

    Those of ``anew`` are held again.

    Raises:
        BuildError: another process is at it, or the machine has too little memory for it.
    """
    try:
        with _recorded(settings, "rules"):
            return rule_checks.check_all(settings, anew)
    except lock.Busy as fault:
        raise BuildError(str(fault)) from None
    except BrokenProcessPool:
        fault_ = (
            "the system ended a process that held the rules against a return, most likely for want of memory"
        )
        raise BuildError(f"{fault_}; set 'workers = 1' in ncd.toml") from None


def publish(
    settings: Settings,
    accepted: Mapping[str, str] | None = None,
    on_judged: Callable[[Judgement], None] = lambda _: None,
) -> Release:
    """Judges the warehouse as it stands and puts it in force as a release; the rest as in ``release``."""
    with _recorded(settings, "release") as record:
        inputs = record["inputs"] = warehouse.fingerprint(settings)
        made = release.publish(settings, inputs=inputs, accepted=accepted, on_judged=on_judged)
        record["release"] = made.release_id
        return made


def publish_as_of(settings: Settings, as_of: datetime, in_force: bool = False) -> Release:
    """Releases what was known at a moment, built in a database of its own; the warehouse is left as it is.

    It takes the place of the release in force only if ``in_force`` is true.

    Raises:
        BuildError: a model, contract or test failed.
        ReleaseError: the release was held back, or could not be written.
    """
    with _recorded(settings, "release") as record, warehouse.apart(settings) as scratch:
        record["as_of"] = as_of.astimezone(UTC).isoformat()
        check_rules(settings)
        warehouse.build(scratch, as_of=as_of)
        inputs = record["inputs"] = warehouse.fingerprint(scratch, as_of)
        made = release.publish(scratch, inputs=inputs, as_of=as_of, in_force=in_force)
        record["release"] = made.release_id
        return made
