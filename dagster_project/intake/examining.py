"""A file read and held against its contract, with nothing written: what checking alone needs."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from dagster_project import returns
from dagster_project.returns import Reading


@dataclass(frozen=True)
class Examined:
    """A return in its normal form, with identifiers as sent, and all that is wrong with it."""

    reading: Reading
    tables: dict[str, pa.Table]
    violations: pa.Table


def examine(file: Path) -> Examined:
    """The return in ``file``, its dates and yes or no in one way, and its violations with the notices.

    Raises:
        UnreadableFile: it cannot be read.
    """
    reading = returns.read(file)
    # two seconds to import: paid when there is a file to check, not when there is nothing new
    from dagster_project import contracts

    tables = {
        name: contracts.normalised(reading.return_id, name, table) for name, table in reading.tables.items()
    }
    broken = [
        contracts.violations(reading.return_id, name, table, reading.collection_year)
        for name, table in tables.items()
    ]
    return Examined(reading, tables, pa.concat_tables([reading.notices, *broken]))
