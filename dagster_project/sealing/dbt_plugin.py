"""What dbt needs to build in a sealed database: named in ``profiles.yml`` under the target ``sealed``.

dbt-duckdb starts it before it attaches the build database, and finds that attached.
"""

from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from dagster_project import settings
from dagster_project.sealing import engine
from dagster_project.sealing.key import storage_key


class Plugin(BasePlugin):
    """Unlocks each connection and attaches the build database, so that no key stands in a profile."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Called once, with the connection that all models share."""
        key = storage_key(settings.load())
        engine.unlock(conn)
        if self.creds and self.creds.attach:
            engine.attached(conn, Path(self.creds.attach[0].path), key)

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Called for each thread: what names no database means the build's."""
        cursor.execute(f"use {engine.CATALOG}")
