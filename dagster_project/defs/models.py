"""The dbt project as assets: every seed, model and test, built by the same call as ``ncd build``.

Dagster's own way of running dbt keeps what dbt prints and what a database says of a failure, which quotes the
value it failed on. Here dbt runs in this process and says nothing; its results give counts, and only those.
The tests of a table are one check: each check costs Dagster more to plan and keep than the test to run.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, build_dbt_asset_specs
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from dagster_project import pipeline, settings
from dagster_project.defs.plainly import plainly
from dagster_project.defs.resources import Limits, project
from dagster_project.warehouse import BuildError, Built

TESTS = "tests_hold"
_TRANSLATOR = DagsterDbtTranslator()


def tables() -> dict[str, dg.AssetKey]:
    """The asset of each seed and model, by its name."""
    return {node["name"]: key for key, node in _by_key().items()}


def made_by_every_build() -> list[dg.AssetKey]:
    """The assets that each build makes: seeds, what stands on them and views stay if only returns changed."""
    return sorted(
        key
        for key, node in _by_key().items()
        if node["config"]["materialized"] not in ("view", "seed") and _is_of_sources(node["unique_id"])
    )


@cache
def _manifest() -> Mapping[str, Any]:
    return json.loads(project.manifest_path.read_text(encoding="utf-8"))


@cache
def _is_of_sources(unique_id: str) -> bool:
    """Whether a node is made of anything that arrives, and not of seeds alone."""
    return unique_id.startswith("source.") or any(map(_is_of_sources, _manifest()["parent_map"][unique_id]))


@cache
def _by_key() -> dict[dg.AssetKey, Mapping[str, Any]]:
    """Every seed and model by the key of its asset."""
    return {
        _TRANSLATOR.get_asset_key(node): node
        for node in _manifest()["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


@cache
def _tested() -> dict[str, dg.AssetKey]:
    """The table that each test of dbt speaks of, by the test's id."""
    found = {}
    for unique_id, node in _manifest()["nodes"].items():
        check = get_asset_check_key_for_test(_manifest(), _TRANSLATOR, unique_id, project)
        if node["resource_type"] == "test" and check and check.asset_key in _by_key():
            found[unique_id] = check.asset_key
    return found


@dg.multi_asset(
    name="warehouse",
    specs=[
        spec.replace_attributes(skippable=True)
        for spec in build_dbt_asset_specs(
            manifest=project.manifest_path, dagster_dbt_translator=_TRANSLATOR, project=project
        )
    ],
    check_specs=[dg.AssetCheckSpec(TESTS, asset=key) for key in sorted(set(_tested().values()))],
    can_subset=True,
)
def models(context: dg.AssetExecutionContext, limits: Limits) -> Iterator[Any]:
    """Every table of the warehouse, and its tests as a check."""
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
        yield from _made(context, built)
        yield from _held(context, built)
        if fault is not None:
            raise fault


def _chosen(context: dg.AssetExecutionContext) -> list[str]:
    """The names of the tables that are asked for, and of tests where these are; none where all are."""
    if not context.is_subset:
        return []
    asked, checked = context.selected_asset_keys, context.selected_asset_check_keys
    tested = {check.asset_key for check in checked} - asked
    nodes = _manifest()["nodes"]
    return [node["name"] for key, node in _by_key().items() if key in asked] + [
        nodes[unique_id]["name"] for unique_id, key in _tested().items() if key in tested
    ]


def _made(context: dg.AssetExecutionContext, built: list[Built]) -> Iterator[dg.MaterializeResult]:
    keys = {node["unique_id"]: key for key, node in _by_key().items()}
    for each in built:
        key = keys.get(each.unique_id)
        if key in context.selected_asset_keys and each.status == "success":
            yield dg.MaterializeResult(asset_key=key, metadata={"seconds": round(each.seconds, 3)})


def _held(context: dg.AssetExecutionContext, built: list[Built]) -> Iterator[dg.AssetCheckResult]:
    """One result for each table that has tests: how many, and the rows that fail each that failed."""
    of_table: dict[dg.AssetKey, list[Built]] = defaultdict(list)
    for each in built:
        if each.unique_id in _tested() and each.status != "skipped":
            of_table[_tested()[each.unique_id]].append(each)
    for key, tests in of_table.items():
        failed = [each for each in tests if each.status != "pass"]
        is_grave = any(each.status != "warn" for each in failed)
        if dg.AssetCheckKey(key, TESTS) in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=TESTS,
                passed=not failed,
                severity=dg.AssetCheckSeverity.ERROR if is_grave else dg.AssetCheckSeverity.WARN,
                metadata={
                    "tests": len(tests),
                    "failed": len(failed),
                    **{each.unique_id.split(".")[2]: each.failures for each in failed},
                },
            )
