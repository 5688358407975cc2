"""Rows and submissions removed from ``raw/``: what was there is not kept, and that something was is.

A row is removed and the others keep their numbers: they are those of the sender's file.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import fields
from dagster_project.intake.commit import VIOLATIONS, record_refusal
from dagster_project.intake.identifiers import IDENTIFIER_RULES
from dagster_project.intake.keys import workspace_key
from dagster_project.intake.ledger import MANIFEST, Submission, TableFile, moment, refusals, submissions
from dagster_project.intake.pseudonyms import pseudonym
from dagster_project.intake.rewriting import rewrite
from dagster_project.intake.whole_files import write_json
from dagster_project.sealing import Seal
from dagster_project.settings import Settings

ERASED = "erased"

#: What a file is called whose own name held the identifier.
NAMELESS = "(name erased)"


@dataclass(frozen=True)
class Child:
    """A child as ``raw/`` knows it: by pseudonym, within an authority."""

    la_code: str
    pseudonym: str


def child(settings: Settings, la_code: str, identifier: str) -> tuple[Child, str]:
    """The child of an identifier, and a reference that names the child to nobody without the key.

    Raises:
        KeyProblem: the key of the pseudonyms is lost or not the one in use.
    """
    key = workspace_key(settings.key_file, {each.key_id for each in submissions(settings.raw)})
    known_as = pseudonym(key, "child", la_code, identifier)
    return Child(la_code, known_as), pseudonym(key, "erased", known_as)[:16]


def holding(raw: Path, whom: Child, seal: Seal) -> list[Submission]:
    """The submissions in which the child has a row, in use or not."""
    return [
        each
        for each in submissions(raw)
        if each.la_code == whom.la_code
        and any(pc.any(mask).as_py() for mask in _rows(raw, each, whom, seal).values())
    ]


def without(raw: Path, submission: Submission, whom: Child, now: datetime, seal: Seal) -> int:
    """Removes the child's rows from a submission, and what stands of them beside it; how many rows.

    Raises:
        OSError: it cannot be written; the submission is as it was.
    """
    folder = submission.folder(raw)
    files: dict[str, bytes] = {}
    tables, gone = dict(submission.tables), {}
    for name, mask in _rows(raw, submission, whom, seal).items():
        if not pc.any(mask).as_py():
            continue
        table = seal.read(folder / f"{name}.parquet")
        gone[name] = set(table.filter(mask)["row_number"].to_pylist())
        left = table.filter(pc.invert(mask))
        files[f"{name}.parquet"] = data = seal.bytes_of(left)
        tables[name] = TableFile(left.num_rows, hashlib.sha256(data).hexdigest())
    violations = _not_of(seal.read(folder / f"{VIOLATIONS}.parquet"), gone)
    files[f"{VIOLATIONS}.parquet"] = seal.bytes_of(violations)
    if (file := folder / f"{IDENTIFIER_RULES}.parquet").is_file():
        files[file.name] = seal.bytes_of(_still_found(seal.read(file), gone))
    when = (*submission.erased, moment(now))
    rewrite(raw, replace(submission, tables=tables, violations=violations.num_rows, erased=when), files)
    return sum(len(rows) for rows in gone.values())


def remove(raw: Path, submission: Submission, now: datetime) -> None:
    """Removes a submission, and notes by its hash alone that its file is not to be taken in again."""
    note = raw / ERASED / f"{submission.file_sha256[:16]}.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    write_json(note, {"file_sha256": submission.file_sha256, "erased_at": moment(now)})
    folder = submission.folder(raw)
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder)
    for above in list(folder.parents)[:3]:  # authority, period, return: away with what is left empty
        if any(above.iterdir()):
            break
        above.rmdir()


def erased_files(raw: Path) -> set[str]:
    """The hashes of the files whose submissions were erased, shortened to 16 digits."""
    return {note.stem for note in raw.glob(f"{ERASED}/*.json")}


def names_holding(names: Iterable[str], identifier: str) -> set[str]:
    """Those of ``names`` in which the identifier stands, between marks or at either end."""
    word = re.compile(rf"(?<![0-9a-z]){re.escape(identifier)}(?![0-9a-z])", re.IGNORECASE)
    return {name for name in names if word.search(name)}


def unname(raw: Path, of: Iterable[str], of_refused: Iterable[str]) -> None:
    """Forgets what the files of some submissions and refusals were called, where the name told whose."""
    ids, hashes = set(of), set(of_refused)
    for each in submissions(raw):
        if each.submission_id in ids:
            nameless = replace(each, file_name=NAMELESS)
            write_json(each.folder(raw) / MANIFEST, nameless.manifest())
    for refused in refusals(raw):
        if refused.file_sha256 in hashes:
            record_refusal(raw, replace(refused, file_name=NAMELESS), anew=True)


def _rows(raw: Path, submission: Submission, whom: Child, seal: Seal) -> dict[str, pa.ChunkedArray]:
    """For each table of a submission that names a child, which of its rows are the child's."""
    found = {}
    for name in submission.tables:
        ids = [each.name for each in fields(submission.return_id, name) if each.identifier == "child"]
        if not ids:
            continue
        columns = seal.read(submission.folder(raw) / f"{name}.parquet", columns=ids)
        is_theirs = [pc.fill_null(pc.equal(column, whom.pseudonym), False) for column in columns.columns]
        found[name] = is_theirs[0]
        for more in is_theirs[1:]:
            found[name] = pc.or_(found[name], more)
    return found


def _not_of(places: pa.Table, gone: dict[str, set[int]]) -> pa.Table:
    """The rows of a table of places that are not about the rows ``gone``."""
    named = zip(places["table_name"].to_pylist(), places["row_number"].to_pylist(), strict=True)
    return places.filter(pa.array([row not in gone.get(table, ()) for table, row in named], pa.bool_()))


def _still_found(found: pa.Table, gone: dict[str, set[int]]) -> pa.Table:
    """What the rules said at intake of the rows that are left; one that fails nowhere any more has passed."""
    left = _not_of(found, gone)
    cured = sorted(set(found["rule_code"].to_pylist()) - set(left["rule_code"].to_pylist()))
    rows = [{"rule_code": code, "state": "passed"} for code in cured]
    return pa.concat_tables([left, pa.Table.from_pylist(rows, found.schema)])
