"""What Dagster loads: everything in ``defs/``, and the one thing true of all of it.

Everything runs in this process: a process per step would cost seconds each, and DuckDB has one writer.
"""

from pathlib import Path

import dagster as dg


@dg.definitions
def definitions() -> dg.Definitions:
    """All assets, checks and jobs of ``defs/``, run in process."""
    return dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        dg.Definitions(executor=dg.in_process_executor),
    )
