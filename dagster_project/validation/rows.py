"""What was found as rows and as one object: the same words in every form of the report."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from dagster_project.dictionary import area_name, year_name
from dagster_project.rules import Result
from dagster_project.validation.checked import Checked

#: In the order in which a reader wants them.
_STATES = ("failed", "could_not_run", "passed", "not_applicable")


class RuleRow(NamedTuple):
    """One rule and what came of it; ``set_by`` says whether it is the department's or this project's."""

    rule_code: str
    severity: str
    set_by: str
    state: str
    failures: int
    message: str
    reason: str | None


class FailureRow(NamedTuple):
    """One place at which a rule fails; ``row`` is the line or row of the sender's own file."""

    rule_code: str
    severity: str
    set_by: str
    table: str
    row: int | None
    child: str | None
    fields: str
    message: str


class ViolationRow(NamedTuple):
    """One departure from the layout of the year."""

    table: str | None
    row: int | None
    field: str | None
    check: str


def rule_rows(checked: Checked) -> list[RuleRow]:
    """All rules: first those that fail, then those that could not run, then the others."""
    found = sorted(checked.results, key=lambda result: _STATES.index(result.state))
    return [
        RuleRow(
            result.rule.code,
            result.rule.severity,
            result.rule.set_by,
            result.state,
            len(result.places),
            result.rule.message,
            result.reason,
        )
        for result in found
    ]


def failure_rows(results: list[Result]) -> Iterator[FailureRow]:
    """The failing places of the rules given."""
    for result in results:
        rule = result.rule
        for place in result.places:
            yield FailureRow(
                rule.code,
                rule.severity,
                rule.set_by,
                place.table,
                place.line,
                place.child,
                ", ".join(place.fields),
                rule.message,
            )


def violation_rows(checked: Checked) -> Iterator[ViolationRow]:
    """Where the file departs from its layout."""
    columns = [checked.violations[name].to_pylist() for name in ("table_name", "line", "field", "check")]
    yield from map(ViolationRow, *columns)


def title(checked: Checked) -> str:
    """The return in words: ``cin 2024-25 of 302 Barnet``."""
    whose = f"{checked.la_code} {area_name(checked.la_code)}"
    return f"{checked.return_id} {year_name(checked.year)} of {whose}"


def counted(checked: Checked) -> dict[str, dict[str, int]]:
    """How many rules came out in each state, the department's and this project's apart."""
    counts: dict[str, dict[str, int]] = {}
    for result in sorted(checked.results, key=lambda result: result.rule.is_ours):
        states = counts.setdefault(result.rule.set_by, dict.fromkeys(_STATES, 0))
        states[result.state] += 1
    return counts


def as_object(checked: Checked) -> dict[str, Any]:
    """All that was found, as ``ncd validate --format json`` prints it."""
    return {
        "submission": {
            "return": checked.return_id,
            "la_code": checked.la_code,
            "collection_year": checked.year,
            "files": [{"name": file.name, "sha256": file.sha256} for file in checked.files],
            "row_counts": checked.row_counts,
        },
        "results": [
            {
                "rule_code": result.rule.code,
                "severity": result.rule.severity,
                "set_by": result.rule.set_by,
                "state": result.state,
                "reason": result.reason,
                "failure_count": len(result.places),
            }
            for result in checked.results
        ],
        "failures": [
            {
                "rule_code": result.rule.code,
                "table": place.table,
                "row": place.line,
                "child": place.child,
                "fields": list(place.fields),
                "message": result.rule.message,
            }
            for result in checked.failed
            for place in result.places
        ],
        "violations": [row._asdict() for row in violation_rows(checked)],
    }
