"""DuckDB with the storage key: its own files are sealed, and what it spills.

DuckDB writes a sealed file only with the OpenSSL of its extension httpfs, which is loaded from the wheel
``duckdb-extension-httpfs`` and never fetched.
"""

from importlib import util
from pathlib import Path

import duckdb

from dagster_project.sealing.errors import SealingError
from dagster_project.sealing.key import Key

#: Under which the build database is attached; dbt knows it by this name, too.
CATALOG = "warehouse"


def unlock(connection: duckdb.DuckDBPyConnection) -> None:
    """Lets a connection write what is sealed, and seals what it spills.

    Raises:
        SealingError: the extension that DuckDB needs for it is not installed.
    """
    connection.execute(f"load {_literal(str(_extension()))}")
    connection.execute("set temp_file_encryption = true")


def attached(connection: duckdb.DuckDBPyConnection, file: Path, key: Key, read_only: bool = False) -> None:
    """Attaches a sealed database as ``CATALOG``; it is made where there is none.

    Raises:
        duckdb.Error: it is sealed with another key, is open, or is no database.
    """
    how = "read_only, " if read_only else ""
    connection.execute(
        f"attach if not exists {_literal(str(file))} as {CATALOG} ({how}encryption_key '{key.of_databases}')"
    )


def _extension() -> Path:
    found = util.find_spec("duckdb_extension_httpfs")
    for folder in (found and found.submodule_search_locations) or ():
        file = Path(folder) / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        if file.is_file():
            return file
    raise SealingError(
        "encryption needs the extra 'encryption' with DuckDB's own version of it:"
        f" pip install duckdb-extension-httpfs=={duckdb.__version__}"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
