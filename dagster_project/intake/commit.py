"""Writing under ``raw/``: a submission counts from the moment its manifest is there, and not before.

Whatever a killed run left behind has no manifest and is written again. Two runs at once write the same bytes
under the same names, each file whole.
"""

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.intake.ledger import MANIFEST, REFUSED, Refusal, Submission, TableFile
from dagster_project.returns import Reading

VIOLATIONS = "violation"


def submission_id(file_sha256: str, return_id: str, la_code: str, collection_year: int) -> str:
    """The same bytes for the same authority and year are the same submission, on any machine."""
    return hashlib.sha256(f"{file_sha256}|{return_id}|{la_code}|{collection_year}".encode()).hexdigest()[:16]


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
) -> Submission:
    """Write the pseudonymised ``tables`` and the violations of a reading, its manifest last."""
    identity = submission_id(file_sha256, reading.return_id, reading.la_code, reading.collection_year)
    folder = raw / reading.return_id / str(reading.collection_year) / reading.la_code / identity
    folder.mkdir(parents=True, exist_ok=True)
    whose = [
        ("submission_id", pa.string(), identity),
        ("la_code", pa.string(), reading.la_code),
        ("collection_year", pa.int32(), reading.collection_year),
    ]
    files = {
        name: _write_table(folder / f"{name}.parquet", _with_constants(table, whose))
        for name, table in tables.items()
    }
    whose.append(("return_id", pa.string(), reading.return_id))
    _write_table(folder / f"{VIOLATIONS}.parquet", _with_constants(violations, whose))
    submission = Submission(
        submission_id=identity,
        return_id=reading.return_id,
        la_code=reading.la_code,
        collection_year=reading.collection_year,
        file_name=file_name,
        file_sha256=file_sha256,
        received_at=received_at,
        sent_at=reading.sent_at,
        key_id=key_id,
        violations=violations.num_rows,
        tables=files,
    )
    _write_json(folder / MANIFEST, submission.manifest())
    _refusal_file(raw, file_sha256).unlink(missing_ok=True)
    return submission


def record_refusal(raw: Path, refusal: Refusal) -> None:
    """Keep why a file was refused; a refusal for the same reason as before stays as it was first written."""
    file = _refusal_file(raw, refusal.file_sha256)
    if file.exists() and json.loads(file.read_text(encoding="utf-8")).get("reason") == refusal.reason:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_json(file, vars(refusal))


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
    _write_whole(file, data)
    return TableFile(table.num_rows, hashlib.sha256(data).hexdigest())


def _write_json(file: Path, values: dict[str, Any]) -> None:
    _write_whole(file, (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode())


def _write_whole(file: Path, data: bytes) -> None:
    """Write beside ``file`` and rename: a reader sees all of it or nothing, whenever the power fails."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    if os.name == "posix":  # elsewhere a folder cannot be opened to be flushed
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
