"""How much is held, in counts: what may be told of a child's records without telling any."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from dagster_project.intake.commit import VIOLATIONS
from dagster_project.intake.ledger import Submission

#: Return and table.
Name = tuple[str, str]


@dataclass
class Held:
    """What is in use of one table and collection year."""

    rows: int = 0
    submissions: int = 0
    authorities: set[str] = field(default_factory=set)


def holdings(in_use: Iterable[Submission]) -> dict[tuple[str, str, int], Held]:
    """What is held, by return, table and the year that the collection year ends in."""
    found: dict[tuple[str, str, int], Held] = defaultdict(Held)
    for each in in_use:
        for name, file in each.tables.items():
            held = found[each.return_id, name, each.collection_year]
            held.rows += file.rows
            held.submissions += 1
            held.authorities.add(each.la_code)
    return dict(found)


def violations(raw: Path, in_use: Iterable[Submission]) -> Counter[Name]:
    """How many places of each table break its contract; only submissions that have some are opened."""
    counted: Counter[Name] = Counter()
    for each in in_use:
        if each.violations:
            file = each.folder(raw) / f"{VIOLATIONS}.parquet"
            for name in pq.read_table(file, columns=["table_name"])[0].to_pylist():
                counted[each.return_id, name] += 1
    return counted
