"""The build: raw Parquet in, finished tables out, on DuckDB or on Spark with the same models."""

from dagster_project.warehouse.build import Built, alone, apart, build, get_ready, parsed
from dagster_project.warehouse.errors import BuildError, InUse
from dagster_project.warehouse.inputs import fingerprint
from dagster_project.warehouse.on_duckdb import OFFLINE, prepared

__all__ = [
    "OFFLINE",
    "BuildError",
    "Built",
    "InUse",
    "alone",
    "apart",
    "build",
    "fingerprint",
    "get_ready",
    "parsed",
    "prepared",
]
