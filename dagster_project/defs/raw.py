"""Raw assets: one per table of every return, landed as text and never edited.

The dictionary decides which assets exist; ``source('cin', 'child')`` in dbt is the asset ``cin/child`` here.
"""

from collections.abc import Iterator

import dagster as dg

from dagster_project import dictionary, intake, pipeline, rule_checks, settings


@dg.multi_asset(
    name="intake",
    specs=[
        dg.AssetSpec(
            dg.AssetKey([return_id, table.name]), group_name="raw", kinds={"parquet"}, description=table.grain
        )
        for return_id in intake.READABLE
        for table in dictionary.tables(return_id)
    ]
    + [
        dg.AssetSpec(dg.AssetKey(["intake", name]), group_name="raw", kinds={"parquet"}, description=what)
        for name, what in {
            "submission": "Every file that became a submission.",
            "violation": "Every place where a current submission breaks its contract.",
            "refusal": "Every file that could not be read, and why.",
            "rule": "Every statutory rule, and every rule of our own.",
            "rule_check": "Every state of a return that the rules were held against.",
            "rule_result": "What each rule came to in each state.",
            "rule_failure": "Every place at which a rule fails, in each state.",
        }.items()
    ],
    check_specs=[
        dg.AssetCheckSpec("meets_contract", asset=dg.AssetKey(["intake", "violation"])),
        dg.AssetCheckSpec("every_file_was_read", asset=dg.AssetKey(["intake", "refusal"])),
        dg.AssetCheckSpec("rules_hold", asset=dg.AssetKey(["intake", "rule_failure"])),
    ],
)
def raw() -> Iterator[dg.MaterializeResult]:
    """Takes in whatever lies in ``incoming/``. Metadata hold counts, never a value from a record."""
    here = settings.load()
    outcomes = pipeline.take_in(here)
    current = intake.current(here.raw)
    violations = sum(submission.violations for submission in current)
    refused = sum(outcome.state == "refused" for outcome in outcomes)

    for return_id in intake.READABLE:
        held = [submission for submission in current if submission.return_id == return_id]
        for table in dictionary.tables(return_id):
            files = [each.tables[table.name] for each in held if table.name in each.tables]
            yield dg.MaterializeResult(
                asset_key=[return_id, table.name],
                metadata={"dagster/row_count": sum(file.rows for file in files), "submissions": len(files)},
            )
    yield dg.MaterializeResult(asset_key=["intake", "submission"], metadata={"submissions": len(current)})
    yield _counted("violation", "meets_contract", violations)
    yield _counted("refusal", "every_file_was_read", refused)
    for line in pipeline.check_rules(here):
        dg.get_dagster_logger().warning(line)
    for name in ("rule", "rule_check", "rule_result"):
        yield dg.MaterializeResult(asset_key=["intake", name])
    yield _counted("rule_failure", "rules_hold", rule_checks.failing(here))


def _counted(name: str, check_name: str, count: int) -> dg.MaterializeResult:
    """A table of intake's own with the check that it is empty, which only warns: the rest goes on."""
    key = dg.AssetKey(["intake", name])
    return dg.MaterializeResult(
        asset_key=key,
        metadata={"dagster/row_count": count},
        check_results=[
            dg.AssetCheckResult(
                asset_key=key,
                check_name=check_name,
                passed=count == 0,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"count": count},
            )
        ],
    )
