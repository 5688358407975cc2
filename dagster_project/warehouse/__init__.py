"""The build: raw Parquet in, finished tables out, on DuckDB or on Spark with the same models."""

from dagster_project.warehouse.build import alone, apart, build, dbt_arguments
from dagster_project.warehouse.errors import BuildError
from dagster_project.warehouse.inputs import fingerprint
from dagster_project.warehouse.on_duckdb import OFFLINE, prepared

__all__ = ["OFFLINE", "BuildError", "alone", "apart", "build", "dbt_arguments", "fingerprint", "prepared"]
