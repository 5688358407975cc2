"""Writing under ``raw/``: a submission counts from the moment its manifest is there, and not before.

Whatever a killed run left behind has no manifest and is written again. Two runs at once write the same bytes
under the same names, each file whole.
"""

import hashlib
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.intake.ledger import MANIFEST, REFUSED, Refusal, Submission, TableFile
from dagster_project.intake.whole_files import write_json, write_whole
from dagster_project.returns import Reading

VIOLATIONS = "violation"


def submission_id(file_sha256: str, reading: Reading) -> str:
    """The same bytes for the same authority and period are the same submission, on any machine."""
    whose = f"{reading.return_id}|{reading.la_code}|{reading.period_end.isoformat()}"
    return hashlib.sha256(f"{file_sha256}|{whose}".encode()).hexdigest()[:16]


def commit(
    raw: Path,
    reading: Reading,
    tables: dict[str, pa.Table],
    violations: pa.Table,
    *,
    file_name: str,
    file_sha256: str,
    received_at: str,
    key_id: str,
    told: str,
) -> Submission:
    """Write the pseudonymised ``tables`` and the violations of a reading, its manifest last."""
    identity = submission_id(file_sha256, reading)
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
    )
    folder = submission.folder(raw)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        name: _write_table(folder / f"{name}.parquet", _with_constants(table, whose))
        for name, table in tables.items()
    }
    whose.append(("return_id", pa.string(), reading.return_id))
    _write_table(folder / f"{VIOLATIONS}.parquet", _with_constants(violations, whose))
    submission = replace(submission, tables=files)
    write_json(folder / MANIFEST, submission.manifest())
    _refusal_file(raw, file_sha256).unlink(missing_ok=True)
    return submission


def record_refusal(raw: Path, refusal: Refusal) -> None:
    """Keep why a file was refused; a refusal for the same reason as before stays as it was first written."""
    file = _refusal_file(raw, refusal.file_sha256)
    if file.exists() and json.loads(file.read_text(encoding="utf-8")).get("reason") == refusal.reason:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(file, vars(refusal))


def sweep(raw: Path) -> None:
    """Remove what killed runs left: folders without a manifest, and drafts. Nobody else may be writing."""
    for folder in raw.glob("*/*/*/*"):
        if folder.is_dir() and not (folder / MANIFEST).exists():
            shutil.rmtree(folder, ignore_errors=True)
    for draft in [*raw.glob(f"{REFUSED}/.*.tmp"), *raw.glob("*/*/*/*/.*.tmp")]:
        draft.unlink(missing_ok=True)


def _refusal_file(raw: Path, file_sha256: str) -> Path:
    return raw / REFUSED / f"{file_sha256[:16]}.json"


def _with_constants(table: pa.Table, constants: list[tuple[str, pa.DataType, Any]]) -> pa.Table:
    fields = [pa.field(name, kind) for name, kind, _ in constants]
    columns = [pa.repeat(pa.scalar(value, kind), table.num_rows) for _, kind, value in constants]
    return pa.table([*columns, *table.columns], schema=pa.schema([*fields, *table.schema]))


def _write_table(file: Path, table: pa.Table) -> TableFile:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    data = buffer.getvalue()
    write_whole(file, data)
    return TableFile(table.num_rows, hashlib.sha256(data).hexdigest())
