"""Rules that look into an identifier as it was sent: they run before it becomes a pseudonym, or never.

What they find lies beside the tables of the submission and is kept with them: which rule, which row.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project import rules
from dagster_project.intake.examining import Examined
from dagster_project.intake.ledger import Submission
from dagster_project.rules import Asked, Place, Result, Rule
from dagster_project.sealing import OPEN, Seal

IDENTIFIER_RULES = "identifier_rule"
_FOUND = pa.schema(
    [
        ("rule_code", pa.string()),
        ("state", pa.string()),
        ("reason", pa.string()),
        ("table_name", pa.string()),
        ("row_number", pa.int32()),
    ]
)
NOTHING_FOUND = _FOUND.empty_table()


def looked_into(examined: Examined) -> pa.Table:
    """What these rules say of a return: a row for each failing place, or one for a rule that fails nowhere.

    Columns ``rule_code``, ``state``, ``reason``, ``table_name``, ``row_number``; no value of a record.
    """
    reading = examined.reading
    codes = {
        each.code
        for each in _rules(reading.return_id, reading.collection_year)
        if each.table in examined.tables
    }
    if not codes:
        return NOTHING_FOUND
    tables = {
        each.table: examined.tables[each.table]
        for each in _rules(reading.return_id, reading.collection_year)
        if each.code in codes
    }
    asked = Asked(
        reading.return_id, reading.la_code, reading.collection_year, tables, examined.missing_columns
    )
    rows = [
        {"rule_code": each.rule.code, "state": each.state, "reason": each.reason, **place}
        for each in rules.check(asked, codes)
        for place in [{"table_name": one.table, "row_number": one.row} for one in each.places] or [{}]
    ]
    return pa.Table.from_pylist(rows, _FOUND)


def found_at_intake(raw: Path, in_use: tuple[Submission, ...], seal: Seal = OPEN) -> dict[str, Result]:
    """What they said, by rule, of the submissions in use; of the tables that are in use alone.

    A submission from before they ran at intake has nothing to say.
    """
    found: dict[str, Result] = {}
    for each in in_use:
        file = each.folder(raw) / f"{IDENTIFIER_RULES}.parquet"
        if not file.is_file():
            continue
        by_code: dict[str, list[dict]] = {}
        for row in seal.read(file, schema=_FOUND).to_pylist():
            by_code.setdefault(row["rule_code"], []).append(row)
        for rule in _rules(each.return_id, each.collection_year):
            if rule.table in each.tables and rule.code in by_code:
                found[rule.code] = _result(raw, each, rule, by_code[rule.code], seal)
    return found


def _rules(return_id: str, year: int) -> list[Rule]:
    """Those that need the identifiers and nothing else, and look at one table alone."""
    if return_id not in rules.returns():
        return []
    return [each for each in rules.rules(return_id, year) if each.needs == ("identifiers",)]


def _result(raw: Path, submission: Submission, rule: Rule, rows: list[dict], seal: Seal) -> Result:
    failing = [row["row_number"] for row in rows if row["row_number"] is not None]
    places = tuple(_places(raw, submission, rule, failing, seal))
    return Result(rule, rows[0]["state"], rows[0]["reason"], places)


def _places(raw: Path, submission: Submission, rule: Rule, rows: list[int], seal: Seal) -> list[Place]:
    """The rows with line and pseudonym, which stand in the table under ``raw/``."""
    if not rows:
        return []
    person = rules.person_field(submission.return_id, rule.table)
    columns = ["row_number", "line", *([person] if person else [])]
    table = seal.read(submission.folder(raw) / f"{rule.table}.parquet", columns=columns)
    flagged = tuple(name.split(".", 1)[1] for name in rule.fields)
    # by its number, not by its place: rows before it may have been erased
    where = pc.index_in(pa.array(rows, pa.int32()), table["row_number"].combine_chunks()).to_pylist()
    return [
        Place(
            rule.table,
            row,
            table["line"][place].as_py(),
            table[person][place].as_py() if person else None,
            flagged,
        )
        for row, place in zip(rows, where, strict=True)
    ]
