"""Writing under ``raw/``: a submission counts from the moment its manifest is there, and not before.

Whatever a killed run left behind has no manifest and is written again. Two runs at once write the same bytes
under the same names, each file whole.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from dagster_project.intake.identifiers import IDENTIFIER_RULES
from dagster_project.intake.ledger import MANIFEST, REFUSED, Refusal, Submission, TableFile
from dagster_project.intake.rewriting import finish
from dagster_project.intake.whole_files import write_json, written_together
from dagster_project.returns import LOCAL, Reading
from dagster_project.sealing import OPEN, Seal

VIOLATIONS = "violation"


def submission_id(file_sha256: str, reading: Reading, told: str) -> str:
    """The same bytes for the same authority and period are the same submission, on any machine.

    Those of a local extract only under the same declaration, which ``told`` ends in: it says what they mean.
    """
    whose = f"{reading.return_id}|{reading.la_code}|{reading.period_end.isoformat()}"
    if reading.return_id == LOCAL:
        whose += f"|{told.rpartition('|')[2]}"
    return hashlib.sha256(f"{file_sha256}|{whose}".encode()).hexdigest()[:16]


def commit(
    raw: Path,
    reading: Reading,
    tables: Iterable[tuple[str, pa.Table]],
    violations: pa.Table,
    identifier_rules: pa.Table,
    *,
    file_name: str,
    file_sha256: str,
    received_at: str,
    key_id: str,
    told: str,
    seal: Seal = OPEN,
) -> Submission:
    """Write the pseudonymised ``tables``, each with its name, and the violations of a reading.

    Beside them what was found by ``identifier_rules``, see ``intake.identifiers``.

    Its manifest comes last. ``received_at`` is a moment as ``ledger.moment`` writes it.

    Raises:
        OSError: one of the files cannot be written; nothing has been taken in.
    """
    identity = submission_id(file_sha256, reading, told)
    whose = [
        ("submission_id", pa.string(), identity),
        ("la_code", pa.string(), reading.la_code),
        ("collection_year", pa.int32(), reading.collection_year),
        ("period_end", pa.string(), reading.period_end.isoformat()),
    ]
    submission = Submission(
        submission_id=identity,
        return_id=reading.return_id,
        la_code=reading.la_code,
        collection_year=reading.collection_year,
        period_end=reading.period_end.isoformat(),
        file_name=file_name,
        file_sha256=file_sha256,
        received_at=received_at,
        sent_at=reading.sent_at,
        key_id=key_id,
        told=told,
        violations=violations.num_rows,
        tables={},
        sealed=seal.key_id,
    )
    folder = submission.folder(raw)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    with written_together(folder) as write:
        for name, table in tables:
            data = seal.bytes_of(_with_constants(table, whose))
            files[name] = TableFile(table.num_rows, hashlib.sha256(data).hexdigest())
            write(f"{name}.parquet", data)
        whose.append(("return_id", pa.string(), reading.return_id))
        write(f"{VIOLATIONS}.parquet", seal.bytes_of(_with_constants(violations, whose)))
        if identifier_rules.num_rows:
            write(f"{IDENTIFIER_RULES}.parquet", seal.bytes_of(identifier_rules))
    submission = replace(submission, tables=files)
    write_json(folder / MANIFEST, submission.manifest())
    _refusal_file(raw, file_sha256).unlink(missing_ok=True)
    return submission


def record_refusal(raw: Path, refusal: Refusal, anew: bool = False) -> None:
    """Keep why a file was refused; unless ``anew``, one for the same reason stays as it was first written."""
    file = _refusal_file(raw, refusal.file_sha256)
    if (
        not anew
        and file.exists()
        and json.loads(file.read_text(encoding="utf-8")).get("reason") == refusal.reason
    ):
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(file, vars(refusal))


def take_back(raw: Path, submission: Submission) -> None:
    """Remove a submission of this very run, before anything was worked out from it."""
    folder = submission.folder(raw)
    (folder / MANIFEST).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def sweep(raw: Path) -> None:
    """Remove what killed runs left: folders without a manifest, and drafts. Nobody else may be writing."""
    for folder in raw.glob("*/*/*/*"):
        if folder.is_dir() and not (folder / MANIFEST).exists():
            shutil.rmtree(folder, ignore_errors=True)
    finish(raw)
    for draft in [*raw.glob(f"{REFUSED}/.*.tmp"), *raw.glob("*/*/*/*/.*.tmp")]:
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


def _refusal_file(raw: Path, file_sha256: str) -> Path:
    return raw / REFUSED / f"{file_sha256[:16]}.json"


def _with_constants(table: pa.Table, constants: list[tuple[str, pa.DataType, Any]]) -> pa.Table:
    """The table behind columns of one value each, which are held and written as that value and a count."""
    first = pa.repeat(pa.scalar(0, pa.int8()), table.num_rows)
    for name, kind, value in reversed(constants):
        column = pa.DictionaryArray.from_arrays(first, pa.array([value], kind))
        table = table.add_column(0, name, column)
    return table
