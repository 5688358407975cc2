"""``datapackage.json``: the open data described for machines, as a Frictionless Tabular Data Package.

Source: https://specs.frictionlessdata.io/tabular-data-package, version 1.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from dagster_project.release.manifest import Release
from dagster_project.release.outputs.columns import Column, Table
from dagster_project.release.outputs.open_data import META

FILE = "datapackage.json"

#: What stands in the cell of a number that there is not; blank is a place that a level does not have.
MISSING = ("", "c", "k", "low", "u", "x", "z")

LICENCE = {
    "name": "OGL-UK-3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "title": "Open Government Licence v3.0",
}


def write(release: Release, files: list[tuple[Table, Path]]) -> None:
    """Writes the description of the open data files of a release into its folder."""
    resources = []
    for table, data in files:
        resources.append(
            _resource(release, data, table.name, table.title, [_field(c) for c in table.columns])
        )
        meta = data.with_suffix(".meta.csv")
        fields = [{"name": name, "type": "string"} for name in META]
        title = f"{table.title}: its columns as DfE's explore education statistics reads them"
        resources.append(_resource(release, meta, f"{table.name}.meta", title, fields))
    package = {
        "profile": "tabular-data-package",
        "name": "national-core-dataset",
        "id": release.release_id,
        "title": "The national core dataset: outcome measures of children's social care in England",
        "version": release.code_version,
        "created": release.created_at.isoformat(),
        "licenses": [LICENCE],
        "resources": resources,
    }
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (release.path / FILE).write_text(text, encoding="utf-8", newline="\n")


def _resource(
    release: Release, file: Path, name: str, title: str, fields: list[dict[str, str]]
) -> dict[str, Any]:
    content = file.read_bytes()
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": file.relative_to(release.path).as_posix(),
        "title": title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields, "missingValues": list(MISSING)},
    }


def _field(column: Column) -> dict[str, str]:
    is_number = column.kind == "indicator"
    kind = "number" if is_number else "year" if column.name == "time_period" else "string"
    described = f"{column.label}. {column.hint}" if column.hint else column.label
    return {"name": column.name, "type": kind, "title": column.label, "description": described}
