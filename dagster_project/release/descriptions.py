"""What dbt knows of the tables it fills: their meaning, and the meaning of each column."""

import json
from dataclasses import dataclass
from pathlib import Path

from dagster_project.release.errors import ReleaseError


@dataclass(frozen=True)
class Described:
    """A table's meaning, and its columns' by name in lower case."""

    description: str
    columns: dict[str, str]


def descriptions(compiled: Path) -> dict[tuple[str, str], Described]:
    """What dbt's ``manifest.json`` in its folder ``compiled`` says of each table, by schema and name.

    Raises:
        ReleaseError: the manifest is missing or not readable.
    """
    manifest = compiled / "manifest.json"
    try:
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
        return {
            (node["schema"].lower(), (node.get("alias") or node["name"]).lower()): Described(
                " ".join((node.get("description") or "").split()),
                {
                    name.lower(): " ".join((column.get("description") or "").split())
                    for name, column in node.get("columns", {}).items()
                },
            )
            for node in nodes
            if node["resource_type"] in ("model", "seed", "snapshot")
            and node.get("config", {}).get("materialized") not in ("view", "ephemeral")
        }
    except FileNotFoundError:
        raise ReleaseError(f"there is no dbt manifest at {manifest}; run 'ncd build' first") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ReleaseError(f"{manifest} is not a dbt manifest; run 'ncd build' again") from None
