"""A file read and held against its contract, with nothing written: what checking alone needs."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project import returns
from dagster_project.returns import NOTHING_TOLD, Reading, Source, Told


@dataclass(frozen=True)
class Examined:
    """A return in its normal form, with identifiers as sent, and all that is wrong with it."""

    reading: Reading
    tables: dict[str, pa.Table]
    violations: pa.Table

    @property
    def missing_columns(self) -> frozenset[str]:
        """As ``table.field``, the columns that a table of the return should have and has not."""
        return missing_columns(self.violations)


def missing_columns(violations: pa.Table) -> frozenset[str]:
    """Those that violations tell of, as ``table.field``."""
    missing = violations.filter(pc.equal(violations["check"], "missing_column"))
    named = zip(missing["table_name"].to_pylist(), missing["field"].to_pylist(), strict=True)
    return frozenset(f"{table}.{field}" for table, field in named)


def examine(file: Path | Source, told: Told = NOTHING_TOLD) -> Examined:
    """The return in ``file``, its dates and yes or no in one way, and its violations with the notices.

    Raises:
        UnreadableFile: it cannot be read.
    """
    reading = returns.read(file, told)
    # two seconds to import: paid when there is a file to check, not when there is nothing new
    from dagster_project import contracts

    tables = {
        name: contracts.normalised(reading.return_id, name, table) for name, table in reading.tables.items()
    }
    broken = [
        _told_once(contracts.violations(reading.return_id, name, table, reading.collection_year), reading)
        for name, table in tables.items()
    ]
    return Examined(reading, tables, pa.concat_tables([reading.notices, *broken]))


def _told_once(violations: pa.Table, reading: Reading) -> pa.Table:
    """The violations without those in every row of a column that is not there: that has been noticed."""
    missing = pc.equal(reading.notices["check"], "missing_column")
    columns = reading.notices.filter(missing)["field"].combine_chunks()
    if not len(columns) or not violations.num_rows:
        return violations
    is_repeated = pc.and_(pc.equal(violations["check"], "required"), pc.is_in(violations["field"], columns))
    return violations.filter(pc.invert(is_repeated))
