"""What assets are given: the dbt project and the command that runs it."""

import os
import sys
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject

from dagster_project import settings

# dagster-dbt looks for dbt on PATH; it stands beside the Python that runs this
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

project = DbtProject(project_dir=settings.ROOT, profiles_dir=settings.ROOT)
project.prepare_if_dev()
if not project.manifest_path.exists():  # a fresh clone, outside 'dagster dev'
    project.preparer.prepare(project)


@dg.definitions
def resources() -> dg.Definitions:
    """The dbt command, by the name assets ask for it."""
    return dg.Definitions(resources={"dbt": DbtCliResource(project_dir=project)})
