"""Where a release comes from and what it holds, as OpenLineage events: START and COMPLETE, a line each.

Inputs are submissions, known by their ids; outputs are tables, with the meaning and type of each column. An
event for each table that is made from others follows, with those and the returns. No name of a file is in it
and no value of any row. Source: OpenLineage 2-0-2, https://openlineage.io/spec.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from dagster_project.release.database import Name
from dagster_project.release.descriptions import Described
from dagster_project.release.inputs import Submission
from dagster_project.release.manifest import Release
from dagster_project.release.warehouse import RELEASED

FILE = "lineage.jsonl"

_NAMESPACE = "national-core-dataset"
_SPEC = "https://openlineage.io/spec"


def write(
    release: Release,
    submissions: Sequence[Submission],
    content: Mapping[str, str],
    connection: duckdb.DuckDBPyConnection,
    described: Mapping[Name, Described],
) -> None:
    """Writes ``lineage.jsonl`` into the folder of a release.

    Args:
        release: The release, its tables counted.
        submissions: Those it was made from.
        content: Hash of what each table holds, by ``schema.table``.
        connection: Has the snapshot attached as ``core_dataset``.
        described: What is known of the tables, by schema and name.
    """
    producer = f"urn:{_NAMESPACE}:{release.code_version}"
    inputs = [_input(submission, producer) for submission in submissions]
    columns = _columns(connection)
    outputs = [
        _output(table, rows, columns[table], content.get(table), producer)
        for table, rows in release.tables.items()
        if table in columns
    ]
    events = [
        _event("START", release, release.created_at, producer, inputs, []),
        _event("COMPLETE", release, datetime.now(UTC), producer, inputs, outputs),
    ]
    events += [
        _made(".".join(name), told.parents, events[-1])
        for name, told in described.items()
        if told.parents and ".".join(name) in release.tables
    ]
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    (release.path / FILE).write_text(text, encoding="utf-8", newline="\n")


def _event(
    kind: str,
    release: Release,
    moment: datetime,
    producer: str,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": moment.astimezone(UTC).isoformat(),
        "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{producer}:{release.release_id}"))},
        "job": {"namespace": _NAMESPACE, "name": "release"},
        "inputs": inputs,
        "outputs": outputs,
        "producer": producer,
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }


def _made(table: str, parents: Sequence[str], whole: Mapping[str, Any]) -> dict[str, Any]:
    """The event of one table, as a part of the run ``whole`` that made the release."""
    producer, run = whole["producer"], whole["run"]["runId"]
    parent = _facet("ParentRunFacet", "1-0-1", producer, run=whole["run"], job=whole["job"])
    return {
        **whole,
        "run": {"runId": str(uuid.uuid5(uuid.UUID(run), table)), "facets": {"parent": parent}},
        "job": {"namespace": _NAMESPACE, "name": table},
        "inputs": [_table(each) for each in parents],
        "outputs": [_table(table)],
    }


def _table(name: str) -> dict[str, Any]:
    """A table of the release by its full name, or what stands before it, as ``raw.cin``."""
    schema, _, bare = name.partition(".")
    if schema in RELEASED:
        return {"namespace": f"{_NAMESPACE}/release", "name": name}
    return {"namespace": f"{_NAMESPACE}/{schema}", "name": bare}


def _input(submission: Submission, producer: str) -> dict[str, Any]:
    place = (submission.return_id, submission.la_code, submission.period_end, submission.submission_id)
    return {
        "namespace": f"{_NAMESPACE}/raw",
        "name": "/".join(place),
        "facets": {"version": _version(submission.file_sha256, producer)},
    }


def _output(
    table: str, rows: int, columns: list[dict[str, str]], content: str | None, producer: str
) -> dict[str, Any]:
    facets = {"schema": _facet("SchemaDatasetFacet", "1-1-1", producer, fields=columns)}
    if content:
        facets["version"] = _version(content, producer)
    counted = _facet("OutputStatisticsOutputDatasetFacet", "1-0-2", producer, rowCount=rows)
    return {
        "namespace": f"{_NAMESPACE}/release",
        "name": table,
        "facets": facets,
        "outputFacets": {"outputStatistics": counted},
    }


def _version(version: str, producer: str) -> dict[str, Any]:
    return _facet("DatasetVersionDatasetFacet", "1-0-1", producer, datasetVersion=version)


def _facet(name: str, version: str, producer: str, **content: Any) -> dict[str, Any]:
    url = f"{_SPEC}/facets/{version}/{name}.json#/$defs/{name}"
    return {"_producer": producer, "_schemaURL": url, **content}


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, str]]]:
    rows = connection.execute(
        'select schema_name, table_name, column_name, data_type, description from core_dataset.meta."column"'
        " order by schema_name, table_name, position"
    ).fetchall()
    found: dict[str, list[dict[str, str]]] = {}
    for schema, table, column, data_type, description in rows:
        field = {"name": column, "type": data_type}
        found.setdefault(f"{schema}.{table}", []).append(
            field | ({"description": description} if description else {})
        )
    return found
