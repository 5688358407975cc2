"""Making a release: judged, built aside, brought to the disk, and only then put in force.

A crash at any moment leaves the release before it in force. What it leaves lying is removed by the next.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from dagster_project import audit, disk, lock
from dagster_project.release import durable, gates, lineage, manifest, notes, outputs, snapshot
from dagster_project.release.database import Name
from dagster_project.release.descriptions import Described, descriptions
from dagster_project.release.difference import Difference, difference
from dagster_project.release.errors import ReleaseError
from dagster_project.release.inputs import Submission, submissions
from dagster_project.release.manifest import Release
from dagster_project.release.warehouse import SPILL, Warehouse, in_memory, literal, opened
from dagster_project.sealing import storage_key
from dagster_project.settings import SUITES, Settings, code_version

if TYPE_CHECKING:
    from dagster_project.release.disclosure import Disclosed

_ID = re.compile(r"\d{8}T\d{6}Z-[0-9A-Za-z]{8}")
_UNFINISHED = ".building-"
_LEAVING = ".leaving-"


def publish(
    settings: Settings,
    *,
    inputs: str,
    now: datetime | None = None,
    suites: Path = SUITES,
    accepted: gates.Accepted | None = None,
    as_of: datetime | None = None,
    in_force: bool = True,
    on_judged: Callable[[gates.Judgement], None] = lambda _: None,
) -> Release:
    """Publishes the warehouse as a new release and puts it in force.

    Args:
        settings: The workspace.
        inputs: Fingerprint of all inputs, of eight letters and digits or more.
        now: When the release is made, with its time zone; the clock if not given.
        suites: The folder of expectations that decide.
        accepted: The reason, by ``suite.expectation``, to let a critical failure through.
        as_of: The moment whose knowledge the warehouse shows, where it is not that of now.
        in_force: False leaves the release before it in force.
        on_judged: Called with what the gates found, before anything is held back for it.

    Raises:
        ReleaseBlocked: critical expectations failed.
        ReleaseError: there is nothing to publish, another run is publishing, or the disk refused.
    """
    if not re.fullmatch(r"[0-9A-Za-z]{8,}", inputs):
        raise ValueError("the fingerprint of the inputs must be eight letters and digits or more")
    folder = settings.releases
    with _said_plainly(), lock.held(folder), tidied(folder):
        described = descriptions(settings.compiled)
        key = storage_key(settings) if settings.encryption else None
        draft = _draft(settings, inputs, (now or datetime.now(UTC)).astimezone(UTC), as_of)
        draft.path.mkdir()
        before = manifest.current(settings)
        with _site(settings, draft, before) as draw:
            with (
                opened(settings.warehouse, folder / SPILL, key) as warehouse,
                _judging(settings, warehouse, suites, draft) as judged,
                ThreadPoolExecutor(1) as aside,
            ):
                # Great Expectations is Python's work, copying DuckDB's; a draft that is held back is removed
                judging = aside.submit(judged)
                try:
                    written = snapshot.write(warehouse, draft, described)
                finally:
                    judgement = judging.result()
                    on_judged(judgement)
                    warnings = gates.let_through(judgement, accepted or {}, settings.home / "data_docs")
                gates.write_page(judgement, draft.path / "data_docs")
            draft = replace(draft, tables=written.tables, warnings=(*warnings, *written.left_out))
            made_from, counts = _write_outputs(settings, draft, written.content, described, draw)
        notes.write(draft, before, _difference(before, draft) if before else None)
        manifest.write(draft, made_from, written.content, {"profile": settings.disclosure, **counts})
        durable.settle(draft.path)
        release = replace(draft, path=folder / draft.release_id)
        durable.replace(draft.path, release.path)
        durable.sync_folder(folder)
        if in_force:
            manifest.point(settings, release)
        _retire(settings, manifest.current(settings))
        return release


def judge(settings: Settings, suites: Path = SUITES) -> gates.Judgement:
    """What the gates say of the warehouse as it stands; nothing is released.

    Raises:
        ReleaseError: there is no warehouse, or a suite cannot be read.
    """
    key = storage_key(settings) if settings.encryption else None
    before, today = manifest.current(settings), datetime.now(UTC).date()
    with _said_plainly(), opened(settings.warehouse, settings.releases / SPILL, key) as warehouse:
        file = before.path / snapshot.DATABASE if before else None
        return gates.judge(warehouse, suites, before=file, today=today)


def _judging(
    settings: Settings, warehouse: Warehouse, suites: Path, draft: Release
) -> AbstractContextManager[Callable[[], gates.Judgement]]:
    before = settings.releases / draft.previous / snapshot.DATABASE if draft.previous else None
    return gates.judging(warehouse, suites, before=before, today=draft.created_at.date())


def _site(
    settings: Settings, draft: Release, before: Release | None
) -> AbstractContextManager[Callable[[], None]]:
    """The site beside all else, if there is to be one; begun early, since it takes a while to get ready."""
    if not settings.site:
        return nullcontext(lambda: None)
    return outputs.site_beside(draft, before.path if before else None)


def _write_outputs(
    settings: Settings,
    draft: Release,
    content: Mapping[str, str],
    described: Mapping[Name, Described],
    draw: Callable[[], None],
) -> tuple[list[Submission], Mapping[str, int]]:
    """Writes all that is made of the snapshot alone; what that was made from, and how much is hidden."""
    with in_memory(draft.path.parent / SPILL) as connection:
        file = literal(str(draft.path / snapshot.DATABASE))
        connection.execute(f"attach {file} as core_dataset (read_only)")
        made_from = submissions(connection, "core_dataset")
        lineage.write(draft, made_from, content, connection, described)
        disclosed = _disclosed(settings, connection)
    outputs.write(draft, disclosed.tables, described, draw)
    return made_from, disclosed.counts


def _disclosed(settings: Settings, connection: duckdb.DuckDBPyConnection) -> "Disclosed":
    """What may be published of the snapshot, attached as ``core_dataset``."""
    # scipy: two seconds, paid by a release and no other command
    from dagster_project.release import disclosure

    earlier = []
    # every one that is there, in force or not, and whatever became of its manifest: what was public is known
    for file in sorted(settings.releases.glob(f"[0-9]*/{outputs.DATABASE}"), reverse=True):
        connection.execute(f"attach {literal(str(file))} as earlier (read_only)")
        # of which only the returned lane tells anything that others have not printed
        shown = connection.execute("from earlier.outcomes.core_outcome where lane = 'returned'")
        earlier.append({"core_outcome": shown.to_arrow_table()})
        connection.execute("detach earlier")
    rules = disclosure.profile(settings.disclosure)
    return disclosure.disclosed(_outcomes(connection, "core_dataset"), rules, earlier)


def _outcomes(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, pa.Table]:
    names = ("core_outcome", "core_index", "core_comparison")
    return {name: connection.execute(f"from {database}.outcomes.{name}").to_arrow_table() for name in names}


def _difference(before: Release, draft: Release) -> Difference | None:
    """What differs from the release before; None where that one can no longer be read."""
    try:
        return difference(before, draft)
    except ReleaseError:
        return None


def _draft(settings: Settings, inputs: str, now: datetime, as_of: datetime | None) -> Release:
    """A release still without content. The second of one second takes the next: no two share a name."""
    folder, before, made = settings.releases, manifest.current(settings), now.replace(microsecond=0)
    while (folder / (release_id := f"{made:%Y%m%dT%H%M%SZ}-{inputs[:8]}")).exists():
        made += timedelta(seconds=1)
    return Release(
        release_id=release_id,
        path=folder / f"{_UNFINISHED}{release_id}",
        previous=before.release_id if before else None,
        created_at=made,
        inputs=inputs,
        code_version=code_version(),
        tables={},
        warnings=(),
        as_of=as_of.astimezone(UTC) if as_of else None,
        audit=audit.head(settings),
    )


@contextmanager
def tidied(folder: Path) -> Iterator[None]:
    """Removes what dead runs left before the block, and what the block leaves after it."""
    _tidy(folder)
    try:
        yield
    finally:
        _tidy(folder)


def _tidy(folder: Path) -> None:
    for prefix in (_UNFINISHED, _LEAVING):
        for left in folder.glob(f"{prefix}*"):
            durable.remove(left)


def _in_turn(settings: Settings, in_force: Release | None) -> list[Release]:
    """The releases that were in force one after the other, the newest first, as far as they are kept."""
    found: list[Release] = []
    one = in_force
    while one is not None and one not in found:
        found.append(one)
        one = manifest.read(settings.releases / one.previous) if one.previous else None
    return found


def _retire(settings: Settings, in_force: Release | None) -> None:
    """Takes away the oldest releases beyond those to be kept; one that somebody has open stays."""
    for path in beyond(settings, in_force):
        with suppress(OSError):
            # out of sight in one step: nobody may find half a release under its own name
            path.rename(path.with_name(f"{_LEAVING}{path.name}"))


def beyond(settings: Settings, in_force: Release | None) -> list[Path]:
    """The oldest releases beyond those that the setting keeps.

    The order is that in which they were in force, which each one's manifest tells. Their names would mislead
    where the clock was set back, and where a run died before its release came into force. Releases of what
    was known at another moment were asked for: they are counted by themselves.
    """
    found = [path for path in settings.releases.glob("*") if _ID.fullmatch(path.name) and path.is_dir()]
    in_turn = [release.path for release in _in_turn(settings, in_force)]
    others = sorted((path for path in found if path not in in_turn), reverse=True)
    asked_for = [path for path in others if (other := manifest.read(path)) and other.as_of]
    others = [path for path in others if path not in asked_for]
    keep = settings.keep_releases
    return [*[*in_turn, *others][keep:], *asked_for[keep:]]


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turns what the disk and DuckDB say into one line: DuckDB's own words may hold a value."""
    try:
        yield
    except lock.Busy as fault:
        raise ReleaseError(str(fault)) from None
    except duckdb.Error as fault:
        raise ReleaseError(f"the release could not be written ({type(fault).__name__})") from None
    except OSError as fault:
        raise ReleaseError(f"the release could not be written: {disk.reason(fault)}") from None
