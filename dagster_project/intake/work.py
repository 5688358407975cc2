"""The work on each file, here or in a pool of workers; no file can stop the others.

A file refused before is read again, although its bytes have not changed: a new year in the dictionary or a
new authority may cure it, such files are few, and most break in their first lines.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from dagster_project import disk
from dagster_project.dictionary import area_name, collection, year_name
from dagster_project.intake.commit import commit, record_refusal, submission_id
from dagster_project.intake.examining import Examined, examine
from dagster_project.intake.identifiers import looked_into
from dagster_project.intake.keys import Key
from dagster_project.intake.ledger import Refusal
from dagster_project.intake.pseudonyms import pseudonymised
from dagster_project.intake.scope import Scope
from dagster_project.returns import DoubtfulYear, Reading, Source, Told, UnreadableFile, printable
from dagster_project.sealing import Seal

#: Workers take two seconds to start; with less than this to read, a pool does not pay for itself.
POOL_FROM_BYTES = 16 * 1024 * 1024

#: What a file costs besides its size, in bytes that are read in the meantime.
_BESIDES = 256 * 1024


#: Violations that put in doubt whose a file is or when, and so belong on its line.
_DOUBTS = {"dates_of_another_year", "other_authority_told", "other_year_told"}


@dataclass(frozen=True)
class Outcome:
    """What became of one file; ``message`` is one line, without a value from a record.

    ``left`` is a file that the run is not about: another run takes it in. ``may_pass`` marks a refusal that
    waiting may cure, such as a file that another program has open.
    """

    source: Source
    state: Literal["accepted", "already_seen", "refused", "left"]
    message: str
    submission_id: str | None = None
    rows: int = 0
    violations: int = 0
    return_id: str | None = None
    doubts_year: bool = False
    file_sha256: str | None = None
    may_pass: bool = False


@dataclass(frozen=True)
class Version:
    """What changes when somebody writes to a file."""

    size: int
    modified: int

    @classmethod
    def of(cls, file: Path) -> "Version":
        """The present version of ``file``."""
        state = file.stat()
        return cls(state.st_size, state.st_mtime_ns)


@dataclass(frozen=True)
class Job:
    """One file to take in, with all that a worker needs to know.

    ``named`` is what the names of the file and its folders say of it, in short.
    """

    source: Source
    told: Told
    named: str
    file_sha256: str
    version: Version
    raw: Path
    key: Key
    seal: Seal
    received_at: str
    scope: Scope = Scope()


def all_taken(jobs: list[Job], workers: int) -> Iterator[Outcome]:
    """The outcome of each job as it is done, the largest files first."""
    jobs = sorted(jobs, key=lambda job: job.version.size, reverse=True)
    workers = min(workers, len(jobs))
    if workers < 2 or sum(job.version.size + _BESIDES for job in jobs) <= POOL_FROM_BYTES:
        yield from map(take, jobs)
    else:
        yield from _pooled(jobs, workers)


def take(job: Job) -> Outcome:
    """Take one file in. Whatever goes wrong is this file's outcome, and said without its content."""
    try:
        examined = examine(job.source, job.told)
        return _changed(job) or _left(job, examined.reading) or _accepted(job, examined)
    except DoubtfulYear as fault:
        return _changed(job) or replace(refused(job, fault.reason), doubts_year=True)
    except UnreadableFile as fault:
        return _changed(job) or refused(job, fault.reason)
    except OSError as fault:
        # not recorded: nothing is wrong with the file
        said = f"could not be taken in: {disk.reason(fault)}"
        return Outcome(job.source, "refused", f"{printable(job.source.name)}: {said}")
    except Exception as error:
        # the text of an unforeseen exception may quote a record: only its type is told
        return refused(job, f"could not be taken in ({type(error).__name__}); please report this fault")


def _changed(job: Job) -> Outcome | None:
    """The outcome of a file that somebody wrote to since it was fingerprinted, or None.

    Said and not recorded: the bytes that would be recorded are no longer there.
    """
    with suppress(OSError):
        if Version.of(job.source.path) == job.version:
            return None
    fault = "changed while it was read; take it in again when it is complete"
    return Outcome(job.source, "refused", f"{printable(job.source.name)}: {fault}", may_pass=True)


def _left(job: Job, reading: Reading) -> Outcome | None:
    """The outcome of a file that this run is not about, or None. Nothing of it is kept."""
    if job.scope.holds(reading.la_code, reading.collection_year):
        return None
    whose = f"{reading.return_id} {period_name(reading)} of {reading.la_code}"
    return Outcome(job.source, "left", f"{printable(job.source.name)}: {whose}, left for another run")


def _accepted(job: Job, examined: Examined) -> Outcome:
    reading = examined.reading
    identity = submission_id(job.file_sha256, reading, job.named)
    submission = commit(
        job.raw,
        reading,
        pseudonymised(reading.return_id, examined.tables, reading.la_code, identity, job.key),
        examined.violations,
        looked_into(examined),
        file_name=printable(job.source.name),
        file_sha256=job.file_sha256,
        received_at=job.received_at,
        key_id=job.key.key_id,
        told=job.named,
        seal=job.seal,
    )
    whose = f"{reading.la_code} {area_name(reading.la_code)}"
    what = f"{reading.return_id} {period_name(reading)} of {whose}"
    counts = f"{submission.rows:,} rows, {submission.violations:,} violations"
    doubts = sorted(_DOUBTS & set(examined.violations["check"].unique().to_pylist()))
    message = f"{printable(job.source.name)}: {what}, {counts}"
    message += f"; look at {', '.join(doubts)}" if doubts else ""
    counted = (identity, submission.rows, submission.violations, reading.return_id)
    return Outcome(job.source, "accepted", message, *counted, file_sha256=job.file_sha256)


def period_name(reading: Reading) -> str:
    """What a return is about in words: its year, or its month."""
    if collection(reading.return_id).period == "month":
        return f"{reading.period_end:%B %Y}"
    return year_name(reading.collection_year)


def refused(job: Job, reason: str) -> Outcome:
    """The outcome of a file that cannot be taken in, recorded under ``raw/``."""
    name = printable(job.source.name)
    with suppress(Exception):  # a full disk or a broken record must not hide why, nor stop the others
        record_refusal(job.raw, Refusal(name, job.file_sha256, reason, job.received_at))
    return Outcome(job.source, "refused", f"{name}: {reason}", file_sha256=job.file_sha256)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawned, since a forked process inherits the locks of polars' threads and may wait for ever
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _pooled(jobs: list[Job], workers: int) -> Iterator[Outcome]:
    """The outcome of each job, from a pool; from another one after a worker died.

    Nobody can say on whose file it died: each of the few under way is then read on its own, the rest not.
    """
    waiting = deque(jobs)
    while waiting:
        under_way: dict[Future[Outcome], Job] = {}
        pool = _pool(workers)
        try:
            while waiting or under_way:
                while waiting and len(under_way) < 2 * workers:  # so that no worker waits for its next
                    under_way[pool.submit(take, waiting[0])] = waiting[0]
                    waiting.popleft()
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    outcome = future.result()
                    del under_way[future]
                    yield outcome
        except BrokenProcessPool:
            pass
        finally:
            pool.shutdown(cancel_futures=True)
        yield from map(_alone, under_way.values())


def _alone(job: Job) -> Outcome:
    with _pool(1) as pool:
        try:
            return pool.submit(take, job).result()
        except BrokenProcessPool:
            fault = "its reader was ended by the system, most likely for want of memory"
            return refused(job, f"{fault}; take it in on a machine with more")
