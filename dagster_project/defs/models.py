"""The dbt project as assets: every seed, model and test, built by the same ``dbt build`` as ``ncd build``."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from dagster_project import audit, settings, warehouse
from dagster_project.defs.resources import project


@dbt_assets(manifest=project.manifest_path, project=project, name="warehouse")
def models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Every table of the warehouse, and its tests as checks."""
    here = settings.load()
    with (
        audit.recorded(here, "build"),
        warehouse.alone(here),
        warehouse.prepared(here, of_all=not context.is_subset) as arguments,
    ):
        yield from dbt.cli([*warehouse.dbt_arguments(here), *arguments], context=context).stream()
