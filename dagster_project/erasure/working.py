"""An order carried out, place by place; each step may be done twice, and finds what is left to do."""

import shutil
import zipfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dagster_project import audit, intake, lock, release
from dagster_project.erasure import ordering
from dagster_project.erasure.ordering import Order, OrderError
from dagster_project.settings import Settings

#: Whoever holds these is alone in the workspace; releases have a lock of their own.
LOCKS = (lock.FILE, ".intake.lock", ".rules.lock")


@dataclass
class Erased:
    """What an order came to. ``incoming`` are the files removed from ``incoming/``."""

    submissions: int = 0
    rows: int = 0
    incoming: list[Path] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)


def carry_out(settings: Settings, order: Order) -> Erased:
    """Erases what an order names: from raw, incoming, rules, the build's databases and every release.

    Raises:
        OrderError: another process is at work, or an order before it was not finished.
        ReleaseError, OSError: something is open in another program; the order stands, and ``finish`` goes on.
    """
    with alone(settings):
        if ordering.pending(settings):
            raise OrderError("an erasure before this one was not finished; 'ncd erase --resume' finishes it")
        ordering.write(settings, order)
        return _carried_out(settings, order)


def finish(settings: Settings) -> Order | None:
    """Carries out the order that a killed run left, and moves files into place that one was moving.

    Raises:
        OrderError: it cannot be read, or another process is at work.
    """
    order = ordering.pending(settings)
    if order is None and not intake.unfinished(settings.raw):
        return None
    with audit.recorded(settings, "erase"), alone(settings):
        intake.finish(settings.raw)
        if order:
            _carried_out(settings, order)
    return order


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """The right to change everything in the workspace.

    Raises:
        OrderError: another process is at work in it.
    """
    with ExitStack() as held:
        try:
            for name in LOCKS:
                held.enter_context(lock.held(settings.home, name))
        except lock.Busy as fault:
            raise OrderError(str(fault)) from None
        yield


def may_name(settings: Settings, identifier: str) -> list[Path]:
    """The files left in ``incoming/`` in which the identifier stands, in their name or in their text.

    Nobody can say whether it is the child that is meant: these were never taken in, or are another's.
    """
    return [
        path
        for path in _files(settings.incoming)
        if intake.names_holding([path.relative_to(settings.incoming).as_posix()], identifier)
        or any(intake.names_holding([text], identifier) for text in _texts(path))
    ]


def _carried_out(settings: Settings, order: Order) -> Erased:
    done, now = Erased(), datetime.now(UTC)
    intake.sweep(settings.raw)  # what killed runs left there may hold the child, too
    # releases first: which of them know a submission, they tell by themselves
    made = release.made_of(settings, order.touched)
    release.withhold(settings, made)
    done.releases = [each.release_id for each in made]
    for path in _incoming(settings, order.files):
        path.unlink()
        done.incoming.append(path)
    seal = intake.seal_of(settings)
    for each in intake.submissions(settings.raw):
        if each.submission_id in order.whole:
            intake.remove(settings.raw, each, now)
            done.submissions, done.rows = done.submissions + 1, done.rows + each.rows
        elif order.child and each.submission_id in order.of_child:
            removed = intake.without(settings.raw, each, order.child, now, seal)
            done.submissions, done.rows = done.submissions + bool(removed), done.rows + removed
    intake.unname(settings.raw, order.nameless, order.nameless_refusals)
    for path in _derived(settings, order.las):
        take_away(path)
    with audit.recorded(settings, "erase") as record:
        record["erased"] = {
            "what": "child" if order.child else "submissions",
            "reference": order.reference,
            "reason": order.reason,
            "ordered": len(order.touched),
            "submissions": done.submissions,
            "rows": done.rows,
            "incoming_files": len(done.incoming),
            "releases": done.releases,
        }
    ordering.strike(settings)
    return done


def _derived(settings: Settings, las: Collection[str]) -> Iterator[Path]:
    """All that is made again from ``raw/``: of the rules what concerns these authorities, the rest whole.

    A row deleted from a database stays in its pages, so the build's goes.
    """
    for la_code in las:
        yield from settings.rule_checks.glob(f"*/*/*/{la_code}")
    yield from built(settings)


def built(settings: Settings) -> Iterator[Path]:
    """The databases of the build, and what else it left beside them: all of it is built again."""
    yield from settings.home.glob(f"{settings.warehouse.name}*")
    for name in ("spark", "apart", "data_docs"):
        yield settings.home / name


def take_away(path: Path) -> None:
    """Removes a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _incoming(settings: Settings, hashes: Collection[str]) -> Iterator[Path]:
    """The files in ``incoming/`` that are, or hold in a zip, a file of one of the hashes."""
    for path in _files(settings.incoming):
        if any(intake.fingerprint(source) in hashes for source in _sources(path)):
            yield path


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sources(path: Path) -> Iterator[intake.Source]:
    """A file and, if it is a zip, each file in it, damaged or not as far as it can be read."""
    yield intake.Source(path)
    if zipfile.is_zipfile(path):
        with suppress(intake.UnreadableFile, OSError):
            yield from (each for each in intake.contents(intake.Source(path)) if each.member)


def _texts(path: Path) -> Iterator[str]:
    """What stands in a file, and in each part of a zip or workbook, read as text whatever it is."""
    yield path.read_bytes().decode("utf-8", errors="replace")
    damaged = (zipfile.BadZipFile, OSError, RuntimeError, ValueError)
    if zipfile.is_zipfile(path):
        with suppress(*damaged), zipfile.ZipFile(path) as archive:
            for part in archive.namelist():
                yield archive.read(part).decode("utf-8", errors="replace")
