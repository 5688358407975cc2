"""The dbt project as assets: every model, seed and test, built by the same ``dbt build`` as ``ncd build``."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

from dagster_project import settings, warehouse

# dagster-dbt looks for dbt on PATH; it stands beside the Python that runs this
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

project = DbtProject(project_dir=settings.ROOT, profiles_dir=settings.ROOT)
if not project.manifest_path.exists():  # a fresh clone: prepare_if_dev would help under 'dagster dev' alone
    project.preparer.prepare(project)
project.prepare_if_dev()


@dbt_assets(manifest=project.manifest_path, project=project, name="warehouse")
def models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Every table of the warehouse, and its tests as checks."""
    here = settings.load()
    warehouse.attach(here)
    yield from dbt.cli(warehouse.dbt_arguments(here), context=context).stream()


@dg.definitions
def resources() -> dg.Definitions:
    """The dbt command that the assets run."""
    return dg.Definitions(resources={"dbt": DbtCliResource(project_dir=project)})
