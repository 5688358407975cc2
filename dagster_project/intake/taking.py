"""Taking files in: what is new among them is read, checked, pseudonymised and committed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.intake.files import files_in, fingerprint
from dagster_project.intake.keys import workspace_key
from dagster_project.intake.ledger import Submission, latest, moment, submissions
from dagster_project.intake.work import Job, Outcome, Version, all_taken
from dagster_project.returns import printable
from dagster_project.settings import Settings


def take_in(
    paths: Path | Iterable[Path],
    settings: Settings,
    on_file: Callable[[Outcome], None] | None = None,
    now: datetime | None = None,
) -> list[Outcome]:
    """What became of each file, in the order given; ``on_file`` hears of each as soon as it is done.

    Args:
        paths: files and folders; a folder is searched to its depths.
        settings: where ``raw/`` and the key are, and how many workers there may be.
        on_file: called with each outcome, in this process.
        now: when the files were received; the present where not given.

    Raises:
        KeyProblem: the key of the pseudonyms is lost or not the one in use. Nothing is taken in.
        LedgerError: a manifest cannot be read. Nothing is taken in.
    """
    files = files_in([paths] if isinstance(paths, Path) else paths)
    if not files:
        return []
    taken = submissions(settings.raw)
    key = workspace_key(settings.key_file, {each.key_id for each in taken})
    seen = {each.file_sha256: each for each in taken}
    in_use = {each.submission_id for each in latest(taken)}
    received_at = moment(now or datetime.now(UTC))
    outcomes: dict[Path, Outcome] = {}
    jobs: dict[str, Job] = {}
    twins: list[tuple[Path, Job]] = []

    def done(outcome: Outcome) -> None:
        outcomes[outcome.path] = outcome
        if on_file:
            on_file(outcome)

    for file in files:
        try:
            version = Version.of(file)  # before its bytes are looked at, so that a later change is noticed
            job = Job(file, fingerprint(file), version, settings.raw, key, received_at)
        except OSError as error:
            fault = f"cannot be opened ({type(error).__name__}); check that it is there and may be read"
            done(Outcome(file, "refused", f"{printable(file.name)}: {fault}"))
            continue
        if before := seen.get(job.file_sha256):
            done(_already_seen(file, before, before.submission_id in in_use))
        elif first := jobs.get(job.file_sha256):
            twins.append((file, first))
        else:
            jobs[job.file_sha256] = job
    for outcome in all_taken(list(jobs.values()), settings.workers):
        done(outcome)
    for file, first in twins:
        done(_as_twin(file, outcomes[first.path]))
    return [outcomes[file] for file in files]


def _already_seen(file: Path, before: Submission, is_in_use: bool) -> Outcome:
    said = f"already taken in at {before.received_at}, and nothing was added"
    if not is_in_use:
        said += "; a later file of this authority and year is in use"
    return Outcome(
        file,
        "already_seen",
        f"{printable(file.name)}: {said}",
        before.submission_id,
        before.rows,
        before.violations,
    )


def _as_twin(file: Path, first: Outcome) -> Outcome:
    """The outcome of a file with the same bytes as another of this run."""
    if first.state == "refused":
        reason = first.message.removeprefix(printable(first.path.name))
        return replace(first, path=file, message=printable(file.name) + reason)
    said = f"{printable(file.name)}: the same bytes as {printable(first.path.name)}, and nothing was added"
    return replace(first, path=file, state="already_seen", message=said)
