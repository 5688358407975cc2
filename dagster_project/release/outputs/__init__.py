"""What may be given to anybody: open data, a workbook, a DuckDB file, and the package that describes them."""

from dagster_project.release.outputs.public_database import DATABASE
from dagster_project.release.outputs.writing import site_beside, write

__all__ = ["DATABASE", "site_beside", "write"]
