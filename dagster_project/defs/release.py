"""The release as an asset, what is judged before it as checks of the tables; the job that is ``ncd run``."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from dagster_project import pipeline, release, service, settings
from dagster_project.defs.models import made_by_every_build, tables
from dagster_project.defs.plainly import ended, plainly
from dagster_project.release import Judgement, Leaking
from dagster_project.settings import SUITES

RELEASE = dg.AssetKey(["release", "core_dataset"])
PLAUSIBLE, DISCLOSURE = "is_plausible", "leaks_nothing"

#: Each suite speaks of the table it is named after, ``release`` of all of them together.
GUARDED = {file.stem: tables().get(file.stem, RELEASE) for file in sorted(SUITES.glob("*.json"))}


@dg.multi_asset(
    name="core_dataset",
    specs=[
        dg.AssetSpec(
            RELEASE,
            deps=made_by_every_build(),
            group_name="release",
            kinds={"duckdb", "parquet"},
            description="The release in force: judged, then switched in one step.",
        )
    ],
    check_specs=[
        *(dg.AssetCheckSpec(PLAUSIBLE, asset=key) for key in GUARDED.values()),
        dg.AssetCheckSpec(DISCLOSURE, asset=RELEASE),
    ],
    allow_arbitrary_check_specs=True,  # the suites judge tables that dbt makes
    can_subset=True,
)
def core_dataset(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Judges the warehouse by every suite and disclosure control, and puts it in force or holds it back."""
    here = settings.load()
    with plainly(context, here):
        if RELEASE not in context.selected_asset_keys:  # somebody asks for checks alone
            yield from _asked(context, _plausibility(release.judge(here)))
            return
        judged: list[Judgement] = []
        fault: Exception | None = None
        try:
            made = pipeline.publish(here, on_judged=judged.append)
        except release.ReleaseError as stopped:  # what was judged is shown all the same
            fault = stopped
        for judgement in judged:
            yield from _asked(context, _plausibility(judgement))
        if fault is None or isinstance(fault, Leaking):
            found = _result(RELEASE, DISCLOSURE, grave=True, failed=len(fault.lines) if fault else 0)
            yield from _asked(context, [found])
        if fault is not None:
            raise fault
        end = service.note(here, "released", release_id=made.release_id, run_id=context.run.run_id)
        ended(context, end)
        yield dg.MaterializeResult(
            asset_key=RELEASE,
            metadata={
                "release_id": made.release_id,
                "tables": len(made.tables),
                "dagster/row_count": sum(made.tables.values()),
                "warnings": len(made.warnings),
            },
        )


def _asked(
    context: dg.AssetExecutionContext, found: Iterable[dg.AssetCheckResult]
) -> Iterator[dg.AssetCheckResult]:
    """Those of the checks that this run is about."""
    for each in found:
        key, name = each.asset_key, each.check_name
        if key and name and dg.AssetCheckKey(key, name) in context.selected_asset_check_keys:
            yield each


def _plausibility(judgement: Judgement) -> Iterator[dg.AssetCheckResult]:
    """A result for each suite, in counts: of its expectations, those that failed and those that hold back."""
    failed, grave = Counter[str](), Counter[str]()
    for each in judgement.failures:
        failed[each.suite] += 1
        grave[each.suite] += each.severity == "critical"
    for suite in judgement.suites:
        yield _result(
            GUARDED[suite.name],
            PLAUSIBLE,
            grave=bool(grave[suite.name]),
            failed=failed[suite.name],
            critical=grave[suite.name],
            expectations=len(suite.expectations),
        )


def _result(key: dg.AssetKey, name: str, grave: bool, failed: int, **counts: int) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=failed == 0,
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        metadata={"failed": failed, **counts},
    )


run = dg.define_asset_job(
    "run",
    selection=dg.AssetSelection.all(),
    description="What 'ncd run' does: released, nothing new, or blocked with the reasons.",
)
