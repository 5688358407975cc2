"""Taking files in: what is new among them is read, checked, pseudonymised and committed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster_project import disk, lock
from dagster_project.dictionary import collection
from dagster_project.intake.commit import sweep, take_back
from dagster_project.intake.erasing import erased_files
from dagster_project.intake.errors import IntakeError
from dagster_project.intake.files import Found, files_in, fingerprint
from dagster_project.intake.keys import Key, workspace_key
from dagster_project.intake.ledger import Submission, latest, moment, seal_of, submissions
from dagster_project.intake.scope import Scope
from dagster_project.intake.telling import declared_by, is_about, told_of
from dagster_project.intake.work import Job, Outcome, Version, all_taken, refused
from dagster_project.returns import Source, Told, UnreadableFile, contents, printable
from dagster_project.settings import Settings


def take_in(
    paths: Path | Iterable[Path],
    settings: Settings,
    told: Told | None = None,
    on_file: Callable[[Outcome], None] | None = None,
    now: datetime | None = None,
    scope: Scope = Scope(),  # noqa: B008 - it cannot be changed
) -> list[Outcome]:
    """What became of each file, in the order given; ``on_file`` hears of each as soon as it is done.

    A zip is taken in as the files in it, each with an outcome of its own.

    Args:
        paths: files and folders; a folder is searched to its depths.
        settings: where ``raw/`` and the key are, and how many workers there may be.
        told: whose the files are and what they are about, for those that do not say so themselves.
        on_file: called with each outcome, in this process.
        now: when the files were received; the present where not given.
        scope: what to take in; a file of another authority or year is left for another run.

    Raises:
        KeyProblem: the key of the pseudonyms is lost or not the one in use. Nothing is taken in.
        LedgerError: a manifest cannot be read. Nothing is taken in.
        SealingError: the storage key is missing, or is not the one in use. Nothing is taken in.
        IntakeError: ``ncd.toml`` declares what cannot be, another run is taking in files, or the workspace
            cannot be written to. Nothing is.
    """
    try:
        return _take_in(paths, settings, told, on_file, now, scope)
    except BrokenPipeError:
        raise  # whoever was told of the files has gone
    except OSError as fault:
        remedy = "make room there, or let this account write there"
        raise IntakeError(f"{settings.home} cannot be written to: {disk.reason(fault)}; {remedy}") from None


def _take_in(
    paths: Path | Iterable[Path],
    settings: Settings,
    told: Told | None,
    on_file: Callable[[Outcome], None] | None,
    now: datetime | None,
    scope: Scope,
) -> list[Outcome]:
    found = files_in([paths] if isinstance(paths, Path) else paths, settings.incoming)
    if not found:
        return []
    run = _Run(settings, told or Told(), moment(now) if now else None, on_file, scope)
    for each in found:
        run.sort_out(each)
    return run.work()


class _Run:
    """One run: what has been seen before, what is to do, and what became of each file."""

    def __init__(
        self,
        settings: Settings,
        told: Told,
        received_at: str | None,
        on_file: Callable[[Outcome], None] | None,
        scope: Scope,
    ):
        taken = submissions(settings.raw)
        self._settings = settings
        self._told = told
        self._declared = declared_by(settings)  # once, not with every file
        self._key: Key = workspace_key(settings.key_file, {each.key_id for each in taken})
        self._seal = seal_of(settings, taken)
        self._received_at = received_at or _next_moment(taken)
        self._on_file = on_file
        self._erased = erased_files(settings.raw)
        self._scope = scope
        self._seen: dict[str, list[Submission]] = defaultdict(list)
        for each in taken:
            self._seen[each.file_sha256].append(each)
        self._in_use = {
            each.submission_id for each in latest([each for each in taken if each.is_in_force(None)])
        }
        self._order: list[Source] = []
        self._outcomes: dict[Source, Outcome] = {}
        self._jobs: dict[tuple[str, str], Job] = {}
        self._twins: list[tuple[Source, Job]] = []

    def sort_out(self, found: Found) -> None:
        """Decide what is to be done with a file, and with each file in it if it is a zip."""
        whole = Source(found.path, shown=found.shown)
        if found.path.exists() and not found.path.is_file():
            self._order.append(whole)
            fault_ = "is a pipe or a device, and would be waited for; copy what it gives into a file"
            self._done(Outcome(whole, "refused", f"{printable(whole.name)}: {fault_}"))
            return
        try:
            version = Version.of(found.path)  # before its bytes are looked at, so that a change is noticed
            for source in contents(whole):
                names = (*found.names, *source.member.split("/")) if source.member else found.names
                self._sort_out(source, names, version)
        except UnreadableFile as fault:
            self._order.append(whole)
            self._done(refused(self._job(whole, found.names, version), fault.reason))
        except OSError as error:
            self._order.append(whole)
            fault_ = f"cannot be opened ({type(error).__name__}); check that it is there and may be read"
            self._done(Outcome(whole, "refused", f"{printable(whole.name)}: {fault_}", may_pass=True))

    def work(self) -> list[Outcome]:
        """Take in what is new, and give the outcome of every file."""
        if self._jobs:
            with _alone(self._settings.home):
                sweep(self._settings.raw)
                for outcome in all_taken(list(self._jobs.values()), self._settings.workers):
                    self._done(outcome)
                self._hold_back()
        for source, first in self._twins:
            self._done(_as_twin(source, self._outcomes[first.source]))
        return [self._outcomes[source] for source in self._order]

    def _hold_back(self) -> None:
        """Take back what came with a file whose year is in doubt: half a return of a wrong year does harm."""
        doubtful = {_set_of(job) for job in self._jobs.values() if self._outcomes[job.source].doubts_year}
        mates = [job for job in self._jobs.values() if _set_of(job) in doubtful]
        accepted = {each.submission_id: each for each in submissions(self._settings.raw)} if mates else {}
        for job in mates:
            outcome = self._outcomes[job.source]
            if outcome.state == "accepted" and collection(outcome.return_id or "").period_from == "told":
                take_back(self._settings.raw, accepted[outcome.submission_id or ""])
                said = "is held back, since most dates of a file beside it lie in another year"
                self._done(refused(job, f"{said}; correct the name, or give --year"))

    def _sort_out(self, source: Source, names: tuple[str, ...], version: Version) -> None:
        self._order.append(source)
        job = self._job(source, names, version)
        if job.file_sha256[:16] in self._erased:
            said = "was erased and is not taken in again; docs/data-protection.md says how it can be"
            self._done(Outcome(source, "already_seen", f"{printable(source.name)}: {said}"))
            return
        for before in self._seen.get(job.file_sha256, ()):
            if is_about(before, self._told, job.named):
                self._done(_already_seen(source, before, before.submission_id in self._in_use))
                return
        first = self._jobs.setdefault((job.file_sha256, job.named), job)
        if first is not job:
            self._twins.append((source, first))

    def _job(self, source: Source, names: tuple[str, ...], version: Version) -> Job:
        told, named = told_of(names, self._told, self._declared)
        settings = self._settings
        return Job(
            source,
            told,
            named,
            fingerprint(source),
            version,
            settings.raw,
            self._key,
            self._seal,
            self._received_at,
            self._scope,
        )

    def _done(self, outcome: Outcome) -> None:
        self._outcomes[outcome.source] = outcome
        if self._on_file:
            self._on_file(outcome)


def _next_moment(taken: list[Submission]) -> str:
    """Now, or the second after the newest arrival: a clock set back must not make an older file the newer."""
    now = datetime.now(UTC)
    if taken:
        now = max(now, datetime.fromisoformat(taken[-1].received_at) + timedelta(seconds=1))
    return moment(now)


def _set_of(job: Job) -> tuple[Path, str]:
    """The folder or zip that a file came in, and what is told of it."""
    return job.source.path if job.source.member else job.source.path.parent, job.named


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """The right to write under ``raw/``: what a killed run left can only be told from what another writes."""
    try:
        with lock.held(home, ".intake.lock"):
            yield
    except lock.Busy as busy:
        raise IntakeError(str(busy)) from None


def _already_seen(source: Source, before: Submission, is_in_use: bool) -> Outcome:
    said = f"already taken in at {before.received_at}, and nothing was added"
    if not before.is_in_force(None):
        said += f"; it is withdrawn, and 'ncd withdraw --undo {before.submission_id}' brings it back"
    elif not is_in_use:
        said += "; a later file of the same is in use"
    return Outcome(
        source,
        "already_seen",
        f"{printable(source.name)}: {said}",
        before.submission_id,
        before.rows,
        before.violations,
        before.return_id,
        file_sha256=before.file_sha256,
    )


def _as_twin(source: Source, first: Outcome) -> Outcome:
    """The outcome of a file with the same bytes as another of this run."""
    if first.state in ("refused", "left"):
        reason = first.message.removeprefix(printable(first.source.name))
        return replace(first, source=source, message=printable(source.name) + reason)
    said = (
        f"{printable(source.name)}: the same bytes as {printable(first.source.name)}, and nothing was added"
    )
    return replace(first, source=source, state="already_seen", message=said)
