"""What dbt knows of the tables it fills: their meaning, that of each column, and what they are made from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.release.errors import ReleaseError


@dataclass(frozen=True)
class Described:
    """A table's meaning, and its columns' by name in lower case.

    ``parents`` are the tables it is made from, as ``core.core_child``, and the returns, as ``raw.cin``; views
    in between are left out.
    """

    description: str
    columns: dict[str, str]
    parents: tuple[str, ...] = ()


def descriptions(compiled: Path) -> dict[tuple[str, str], Described]:
    """What dbt's ``manifest.json`` in its folder ``compiled`` says of each table, by schema and name.

    Raises:
        ReleaseError: the manifest is missing or not readable.
    """
    manifest = compiled / "manifest.json"
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        return {
            _name(node): Described(
                " ".join((node.get("description") or "").split()),
                {
                    name.lower(): " ".join((column.get("description") or "").split())
                    for name, column in node.get("columns", {}).items()
                },
                tuple(sorted(_parents(node, told))),
            )
            for node in told["nodes"].values()
            if node["resource_type"] in ("model", "seed", "snapshot") and not _is_view(node)
        }
    except FileNotFoundError:
        raise ReleaseError(f"there is no dbt manifest at {manifest}; run 'ncd build' first") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ReleaseError(f"{manifest} is not a dbt manifest; run 'ncd build' again") from None


def _name(node: Mapping[str, Any]) -> tuple[str, str]:
    return node["schema"].lower(), (node.get("alias") or node["name"]).lower()


def _is_view(node: Mapping[str, Any]) -> bool:
    return node.get("config", {}).get("materialized") in ("view", "ephemeral")


def _parents(node: Mapping[str, Any], told: Mapping[str, Any]) -> set[str]:
    """The nearest tables above a node, through views, and the returns above those."""
    found: set[str] = set()
    for above in node.get("depends_on", {}).get("nodes", ()):
        if source := told.get("sources", {}).get(above):
            found.add(f"raw.{source['source_name']}")
        elif _is_view(parent := told["nodes"][above]):
            found |= _parents(parent, told)
        else:
            found.add(".".join(_name(parent)))
    return found
