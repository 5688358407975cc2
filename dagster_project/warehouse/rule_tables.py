"""What schema ``raw`` shows of the rules: the rules themselves, when each was run, what it found."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from dagster_project import rule_checks, rules
from dagster_project.intake import moment, submissions
from dagster_project.settings import Settings
from dagster_project.warehouse.raw_tables import RawTable, as_table, plain


def rule_tables(
    settings: Settings, touched: Collection[str] | None, until: datetime | None
) -> Iterator[RawTable]:
    """What the rules found: ``rule_result`` and ``rule_failure`` of the authorities given, or of all."""
    found = [
        rule_checks.files(settings, state)
        for state in rule_checks.states(submissions(settings.raw), moment(until) if until else None)
        if touched is None or state.la_code in touched
    ]
    there = {each["result"]: each for each in found if each["result"].is_file()}
    for name, schema in (("result", rule_checks.RESULT), ("failure", rule_checks.FAILURE)):
        yield RawTable(f"rule_{name}", schema, tuple(each[name] for each in there.values()))


def rule_ledger(raw: Path, as_of: datetime | None = None) -> dict[str, pa.Table]:
    """The tables ``rule``, as the rules are now, and ``rule_check``: each state of each return, and when."""
    rule = pa.schema(
        [
            *(
                (name, pa.string())
                for name in ("return_id", "rule_code", "set_by", "severity", "message", "fields")
            ),
            ("first_year", pa.int32()),
            ("last_year", pa.int32()),
            *((name, pa.string()) for name in ("needs", "note")),
            *((name, pa.bool_()) for name in ("is_uncertain", "is_withdrawn", "can_run")),
        ]
    )
    check = pa.schema(
        [
            *((name, pa.string()) for name in ("check_id", "return_id", "la_code")),
            ("collection_year", pa.int32()),
            *((name, pa.string()) for name in ("period_end", "known_at", "superseded_at")),
            ("n_submissions", pa.int32()),
        ]
    )
    entries = [
        {
            **vars(each),
            "rule_code": each.code,
            "set_by": each.set_by,
            "fields": ", ".join(each.fields),
            "needs": ", ".join(each.needs) or None,
            "is_uncertain": each.uncertain,
            "is_withdrawn": each.withdrawn,
            "can_run": each.sql is not None,
        }
        for return_id in rules.returns()
        for each in rules.rules(return_id)
    ]
    checks = [
        {
            **vars(state),
            "check_id": state.check_id,
            "collection_year": state.collection_year,
            "known_at": plain(state.known_at),
            "superseded_at": plain(state.superseded_at) if state.superseded_at else None,
            "n_submissions": len(state.own),
        }
        for state in rule_checks.states(submissions(raw), moment(as_of) if as_of else None)
    ]
    return {"rule": as_table(entries, rule), "rule_check": as_table(checks, check)}
