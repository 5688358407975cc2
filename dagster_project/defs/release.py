"""The release as an asset, and the job that does what ``ncd run`` does."""

import dagster as dg

from dagster_project import pipeline, settings

OUTCOMES = [dg.AssetKey(["outcomes", "core_outcome"]), dg.AssetKey(["outcomes", "core_index"])]


@dg.asset(key=["release", "core_dataset"], deps=OUTCOMES, group_name="release", kinds={"duckdb", "parquet"})
def core_dataset() -> dg.MaterializeResult:
    """The release in force: judged, then switched in one step; held back where it is not plausible."""
    made = pipeline.publish(settings.load())
    return dg.MaterializeResult(
        metadata={
            "release_id": made.release_id,
            "tables": len(made.tables),
            "dagster/row_count": sum(made.tables.values()),
            "warnings": len(made.warnings),
        }
    )


run = dg.define_asset_job("run", selection=dg.AssetSelection.all(), description="What 'ncd run' does.")
