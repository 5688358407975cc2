"""What a release declares of itself: measures, tables and columns, and what each table is made from."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from dagster_project.site.facts import Facts, Row
from dagster_project.site.naming import slug

#: Where a release tells where it comes from, as OpenLineage events.
_LINEAGE = "lineage.jsonl"


class Column(NamedTuple):
    """A column. ``is_public`` where the public database has it too."""

    name: str
    data_type: str
    description: str
    is_public: bool


@dataclass(frozen=True)
class Table:
    """A table of the release. ``parents`` are tables of it, by name, and the returns it is read from."""

    schema: str
    name: str
    description: str
    columns: tuple[Column, ...]
    parents: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """Its name with its schema's."""
        return f"{self.schema}.{self.name}"

    @property
    def page(self) -> str:
        """The address of its page."""
        return f"dictionary/{slug(self.full_name)}.html"

    @property
    def is_public(self) -> bool:
        """Whether anybody may have it, though not always all its columns."""
        return any(column.is_public for column in self.columns)


class Part(NamedTuple):
    """A published figure that a measure is made from, and as what: value, numerator, denominator."""

    role: str
    published_id: str
    name: str


class Declared(NamedTuple):
    """All of it: tables by full name, rows of ``meta.measure`` of the core set, and the profiles."""

    tables: Mapping[str, Table]
    measures: tuple[Row, ...]
    parts: Mapping[str, tuple[Part, ...]]
    profiles: tuple[Row, ...]


def declared(facts: Facts) -> Declared:
    """What a release declares.

    Raises:
        duckdb.Error: one of its databases cannot be read.
    """
    parts: dict[str, tuple[Part, ...]] = {}
    for measure_id, *part in _rows(facts.public, _PARTS):
        parts[measure_id] = (*parts.get(measure_id, ()), Part(*part))
    return Declared(
        tables=_tables(facts),
        measures=_named(facts.public, "from meta.measure where tier <> 'published' order by display_order"),
        parts=parts,
        profiles=_named(facts.public, "from meta.disclosure_profile order by profile_id"),
    )


def _tables(facts: Facts) -> Mapping[str, Table]:
    of_public = _rows(facts.public, _COLUMNS)
    public = {row[:3] for row in of_public}
    described = {(schema, table): text for schema, table, text in _rows(facts.snapshot, _COMMENTS)}
    parents = _parents(facts.folder / _LINEAGE)
    columns: dict[tuple[str, str], list[Column]] = defaultdict(list)
    # what disclosure control adds is in the public database alone
    added = [row for row in of_public if row[2] == "disclosure"]
    for schema, table, name, data_type, description in [*_rows(facts.snapshot, _COLUMNS), *added]:
        is_public = (schema, table, name) in public
        columns[schema, table].append(Column(name, data_type, description, is_public))
    found = (
        Table(schema, name, described[schema, name], tuple(its), parents.get(f"{schema}.{name}", ()))
        for (schema, name), its in columns.items()
    )
    return {table.full_name: table for table in found}


def _parents(lineage: Path) -> Mapping[str, tuple[str, ...]]:
    """What each table is made from: of the release's lineage, the events that are of one table."""
    if not lineage.is_file():
        return {}
    events = (json.loads(line) for line in lineage.read_text(encoding="utf-8").splitlines())
    return {
        event["job"]["name"]: tuple(_full_name(**each) for each in event["inputs"])
        for event in events
        if [each["name"] for each in event["outputs"]] == [event["job"]["name"]]
    }


def _full_name(namespace: str, name: str) -> str:
    """A table of the release as it is, and what stands before it with where: ``raw.cin``."""
    place = namespace.rpartition("/")[2]
    return name if place == "release" else f"{place}.{name}"


def _rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _named(database: Path, sql: str) -> tuple[Row, ...]:
    with duckdb.connect(str(database), read_only=True) as connection:
        answer = connection.execute(sql)
        names = [column[0] for column in answer.description or ()]
        return tuple(dict(zip(names, row, strict=True)) for row in answer.fetchall())


_COLUMNS = """
    select schema_name, table_name, column_name, data_type, coalesce(description, '')
    from meta."column"
    order by array_position(['outcomes', 'core', 'quality', 'meta'], schema_name), table_name, position
"""
_COMMENTS = "select schema_name, table_name, coalesce(comment, '') from duckdb_tables()"

_PARTS = """
    select part.measure_id, part.role, part.published_id, coalesce(measure.measure_name, part.published_id)
    from meta.measure_part as part
    left join meta.measure as measure on part.published_id = measure.measure_id
    order by part.measure_id, part.role desc, part.published_id
"""
