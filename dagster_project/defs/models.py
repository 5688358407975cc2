"""The dbt project as assets: every seed, model and test, built by the same call as ``ncd build``.

Dagster's own way of running dbt keeps what dbt prints and what a database says of a failure, which quotes the
value it failed on. Here dbt runs in this process and says nothing; its results give counts, and only those.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from dagster_project import pipeline, settings
from dagster_project.defs.plainly import plainly
from dagster_project.defs.resources import Limits, project
from dagster_project.warehouse import BuildError, Built

_TRANSLATOR = DagsterDbtTranslator()


@dbt_assets(manifest=project.manifest_path, project=project, name="warehouse")
def models(context: dg.AssetExecutionContext, limits: Limits) -> Iterator[Any]:
    """Every table of the warehouse, and its tests as checks."""
    here = settings.load()
    with plainly(context, here):
        built: list[Built] = []
        fault: BuildError | None = None
        try:
            scope, anew = limits.scope(context.run), limits.is_anew(context.run)
            for line in pipeline.build(here, scope, anew, _chosen(context), built.append):
                context.log.warning(line)
        except BuildError as stopped:  # what was built before it stopped is shown all the same
            fault = stopped
        yield from _told(context, built)
        if fault is not None:
            raise fault


def _chosen(context: dg.AssetExecutionContext) -> list[str]:
    """The names of the tables and tests that are asked for; none where all are."""
    if not context.is_subset:
        return []
    asked = [node["name"] for key, node in _by_key().items() if key in context.selected_asset_keys]
    return asked + [
        check.name
        for check in context.selected_asset_check_keys
        if check.asset_key not in context.selected_asset_keys
    ]


def _told(context: dg.AssetExecutionContext, built: list[Built]) -> Iterator[Any]:
    keys = {node["unique_id"]: key for key, node in _by_key().items()}
    for each in built:
        key, check = keys.get(each.unique_id), _check_key(each.unique_id)
        if key in context.selected_asset_keys and each.status == "success":
            yield dg.MaterializeResult(asset_key=key, metadata={"seconds": round(each.seconds, 3)})
        elif check and check in context.selected_asset_check_keys and each.status != "skipped":
            is_warning = each.status == "warn"
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=each.status == "pass",
                severity=dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR,
                metadata={"rows_that_fail": each.failures},
            )


def tables() -> dict[str, dg.AssetKey]:
    """The asset of each seed and model, by its name."""
    return {node["name"]: key for key, node in _by_key().items()}


@cache
def _manifest() -> Mapping[str, Any]:
    return json.loads(project.manifest_path.read_text(encoding="utf-8"))


@cache
def _by_key() -> dict[dg.AssetKey, Mapping[str, Any]]:
    """Every seed and model by the key of its asset."""
    return {
        _TRANSLATOR.get_asset_key(node): node
        for node in _manifest()["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


@cache
def _check_key(unique_id: str) -> dg.AssetCheckKey | None:
    """The check that a test of dbt is, None for anything else."""
    return get_asset_check_key_for_test(_manifest(), _TRANSLATOR, unique_id, project)
