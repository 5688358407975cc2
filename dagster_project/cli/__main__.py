"""``python -m dagster_project.cli`` is ``ncd``."""

from dagster_project.cli import main

main()
