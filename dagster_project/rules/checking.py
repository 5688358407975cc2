"""Each rule over one submission, and what came of it: passed, failed, not applicable, or could not run."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import fields, returns, tables, year_name
from dagster_project.rules.loading import Rule, preparation, rules
from dagster_project.rules.tables import PREVIOUS, SHARED, Asked, loaded

State = Literal["passed", "failed", "not_applicable", "could_not_run"]

#: How the reason begins where a rule is at fault, and not what it was given.
_BROKEN = "a fault in the rule itself"
_READ = re.compile(r"\b(?:from|join)\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A row at which a rule fails.

    ``row`` numbers the rows of the table from 1; ``line`` is where the sender's file has it, by its own
    count, and ``child`` the sender's own id of the child, or in the workforce census of the worker; None
    where the row is of none.
    """

    table: str
    row: int
    line: int | None
    child: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What came of one rule. ``reason`` says why it is not applicable or could not run."""

    rule: Rule
    state: State
    reason: str | None = None
    places: tuple[Place, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether the rule could not run through a fault of its own, which only its keeper can mend."""
        return (self.reason or "").startswith(_BROKEN)


def check(asked: Asked, codes: Iterable[str] | None = None) -> list[Result]:
    """A result for every rule code of the return, or for ``codes`` alone; a rule never stops another.

    A code of which no entry is in force in the year is not applicable, nor one that was withdrawn before it
    was used, unless it is asked for by name.
    """
    wanted = None if codes is None else set(codes)
    chosen: dict[str, Rule] = {}
    for rule in rules(asked.return_id):
        if wanted is not None and rule.code not in wanted:
            continue
        if rule.code not in chosen or rule.holds_in(asked.year):
            chosen[rule.code] = rule
    reads = None if wanted is None else frozenset().union(*(_read_by(rule) for rule in chosen.values()))
    with loaded(asked, reads) as connection:
        run = _Run(asked, connection)
        return [
            Result(rule, "not_applicable", "withdrawn before it was used")
            if rule.withdrawn and wanted is None
            else run.result(rule)
            for rule in chosen.values()
        ]


def _read_by(rule: Rule) -> set[str]:
    """All that a rule reads, its table included."""
    texts = [text for text in (rule.sql, rule.applies) if text]
    return {rule.table}.union(*(_reads(rule.return_id, text)[0] for text in texts))


def _reads(return_id: str, sql: str) -> tuple[set[str], str]:
    """The names of all that a query reads, through views too, and its text with theirs."""
    views = _views(return_id)
    read: set[str] = set()
    waiting, text = [sql], ""
    while waiting:
        query = waiting.pop()
        text += query
        new = set(_READ.findall(query)) - read
        read |= new
        waiting += [views[name] for name in new if name in views]
    return read, text


@cache
def _views(return_id: str) -> dict[str, str]:
    """What the rules of a return share, by name."""
    return dict(SHARED.findall(preparation(return_id)))


class _Run:
    """One submission while its rules run."""

    def __init__(self, asked: Asked, connection: duckdb.DuckDBPyConnection):
        self._asked = asked
        self._connection = connection
        previous = {PREVIOUS + name: table for name, table in (asked.previous or {}).items()}
        beside = {
            f"{each}_{name}": table for each, set_ in asked.beside.items() for name, table in set_.items()
        }
        self._sent = {**asked.tables, **previous, **beside}
        expected = {*_collected(asked.return_id, asked.year)}
        expected |= {f"{each}_{name}" for each in asked.beside for name in _collected(each, asked.year)}
        expected |= {PREVIOUS + name for name in _collected(asked.return_id, asked.year - 1)}
        self._not_sent = expected - {*self._sent}

    def result(self, rule: Rule) -> Result:
        """What comes of one rule."""
        if not rule.holds_in(self._asked.year):
            return Result(rule, "not_applicable", _in_force(rule))
        if lacking := self._lacking(rule):
            return Result(rule, "could_not_run", lacking)
        flagged = dict.fromkeys([rule.table, *(each.split(".")[0] for each in rule.fields)])
        if not any(name in self._sent and self._sent[name].num_rows for name in flagged):
            return Result(rule, "not_applicable", f"no row in {', '.join(flagged)}")
        try:
            if rule.applies and not self._holds(rule.applies):
                return Result(rule, "not_applicable", "not asked of a return such as this")
            places = tuple(self._places(rule))
        except (duckdb.Error, KeyError, IndexError, pa.ArrowException) as fault:
            # its text may quote a value of a record: only its type is told
            return Result(rule, "could_not_run", f"{_BROKEN} ({type(fault).__name__})")
        return Result(rule, "failed" if places else "passed", None, places)

    def _holds(self, query: str) -> bool:
        answer = self._connection.execute(query).fetchone()
        return bool(answer and answer[0])

    def _lacking(self, rule: Rule) -> str | None:
        """What the rule needs and has not, in one line."""
        for need in rule.needs:
            if need == "previous" and self._asked.previous is None:
                return "needs last year's return, and none was given"
            if need == "identifiers" and self._asked.is_pseudonymous:
                return "looks into identifiers, in place of which pseudonyms stand here"
            if need in returns() and need not in self._asked.beside:
                return f"needs the return {need} of the same year, and none was given"
            if need not in {"previous", "identifiers", *returns(), *self._asked.lists}:
                return f"needs the list '{need}', and none was given"
        if rule.sql is None:
            return rule.note or "needs what no return holds"
        read, text = _reads(self._asked.return_id, rule.sql)
        if missing := sorted((read & self._not_sent) - {*rule.optional}):
            return f"nothing was sent of {', '.join(missing)}"
        for column in sorted(self._asked.missing_columns):
            table, name = column.split(".", 1)
            if table in read and re.search(rf"\b{re.escape(name)}(_sent)?(?!\w)", text):
                return f"{table} has no column {name}"
        return None

    def _places(self, rule: Rule) -> Iterator[Place]:
        for name, numbers in self._rows_found(rule).items():
            table = self._sent[name]
            # by its number, not by its place: rows before it may have been erased
            rows = pc.index_in(pa.array(numbers, pa.int32()), table["row_number"].combine_chunks())
            lines = pc.take(table["line"], rows).to_pylist()
            id_field = person_field(self._asked.return_id, name)
            children = pc.take(table[id_field], rows).to_pylist() if id_field else [None] * len(numbers)
            flagged = tuple(each.split(".", 1)[1] for each in rule.fields if each.startswith(f"{name}."))
            for number, line, child in zip(numbers, lines, children, strict=True):
                yield Place(name, number, line, child, flagged or rule.fields)

    def _rows_found(self, rule: Rule) -> dict[str, list[int]]:
        """The rows that the rule's query gives, by table: each once, in the order of the file."""
        asked = self._connection.execute(rule.sql or "")
        columns = [column[0] for column in asked.description or []]
        found: dict[str, set[int]] = {}
        for row in asked.fetchall():
            named = dict(zip(columns, row, strict=True))
            if "row_number" in named:
                named = {named.get("table_name", rule.table): named["row_number"]}
            for name, number in named.items():
                if number is not None:
                    found.setdefault(name.removesuffix("_row"), set()).add(number)
        return {table: sorted(numbers) for table, numbers in found.items()}


def _collected(return_id: str, year: int) -> list[str]:
    """The tables that have a field in that year beside the child's id."""
    return [
        table.name
        for table in tables(return_id)
        if any(each.identifier != "child" for each in fields(return_id, table.name, year))
    ]


def person_field(return_id: str, table: str) -> str | None:
    """The field of a table that says whose row it is: the child's id, or else the worker's number."""
    known = fields(return_id, table) or fields(return_id, table.removeprefix(PREVIOUS))
    named = {each.identifier: each.name for each in reversed(known)}
    return named.get("child") or named.get("worker")


def _in_force(rule: Rule) -> str:
    first = year_name(rule.first_year)
    if rule.last_year is None:
        return f"known to be in force from {first}"
    return f"known to be in force from {first} to {year_name(rule.last_year)}"
