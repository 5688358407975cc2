"""The rules as they stand in ``expectations/rules``, one entry for each code and span of years."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dagster_project.dictionary import is_in_force, year_ending, year_name
from dagster_project.settings import RULES

#: libyaml reads ten times as fast; some builds of the library come without it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Rule:
    """A rule as it holds from ``first_year`` to ``last_year``, by the years they end in; None is open.

    ``fields`` are what it flags, each as ``table.field``; ``table`` is the one whose rows its query gives,
    unless that says otherwise: in a column ``table_name``, or with a column ``<table>_row`` for each table.
    ``needs`` names what it needs beside the return: ``previous`` for last year's set, ``identifiers`` for the
    identifiers as they were sent, the id of another return for that of the same authority and year, otherwise
    a list; ``optional`` the tables it reads and can do without. ``is_ours`` marks a rule that is not the
    department's but this project's. ``sql`` is None where it cannot be run for want of
    something that no one gives. ``applies`` is a query of one truth value: whether the rule is for this
    submission at all. ``withdrawn`` marks a rule that was taken back before it was used; ``uncertain`` one
    whose source can be read in two ways; ``note`` says which reading was taken.
    """

    return_id: str
    code: str
    severity: str
    message: str
    fields: tuple[str, ...]
    table: str
    first_year: int
    last_year: int | None
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    sql: str | None
    applies: str | None
    note: str | None
    uncertain: bool
    withdrawn: bool
    is_ours: bool

    @property
    def set_by(self) -> str:
        """Whose rule it is, in words."""
        return "this project" if self.is_ours else "DfE"

    def holds_in(self, year: int) -> bool:
        """Whether it is in force in the collection year ending then."""
        return is_in_force(self.first_year, self.last_year, year)


@cache
def rules(return_id: str, year: int | None = None) -> tuple[Rule, ...]:
    """The rules of a return in the order of its files; with ``year``, only those in force in it.

    Raises:
        ValueError: an entry lacks something, or has what no rule has; named by file and code.
    """
    found = [
        _rule(return_id, file, entry)
        for file in sorted((RULES / return_id).glob("*.yml"), key=_by_number)
        for entry in yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader) or []
    ]
    return tuple(rule for rule in found if year is None or rule.holds_in(year))


@cache
def returns() -> tuple[str, ...]:
    """The ids of the returns that have rules."""
    return tuple(sorted(folder.name for folder in RULES.iterdir() if folder.is_dir()))


def in_words(rule: Rule) -> tuple[str, ...]:
    """A rule on one line: return, code, whose it is, years, severity, needs, fields and message."""
    years = f"{year_name(rule.first_year)} to {year_name(rule.last_year) if rule.last_year else 'now'}"
    needs = ", ".join(rule.needs)
    severity = rule.severity.replace("_", " ")
    return (
        rule.return_id,
        rule.code,
        rule.set_by,
        years,
        severity,
        needs,
        ", ".join(rule.fields),
        rule.message,
    )


def _by_number(file: Path) -> tuple[bool, int, str]:
    """Files of numbered rules by their number, then the others."""
    return not file.stem[0].isdigit(), len(file.stem.rstrip("b")), file.stem


def _rule(return_id: str, file: Path, entry: dict[str, Any]) -> Rule:
    values = dict(entry)
    try:
        span = values.pop("years")
        fields = tuple(values.pop("fields"))
        rule = Rule(
            return_id=return_id,
            code=values.pop("code"),
            severity=values.pop("severity"),
            message=values.pop("message"),
            fields=fields,
            table=values.pop("table", None) or fields[0].split(".")[0],
            first_year=year_ending(span["first"]),
            last_year=year_ending(span["last"]) if span["last"] else None,
            needs=tuple(values.pop("needs", ())),
            optional=tuple(values.pop("optional", ())),
            sql=values.pop("sql"),
            applies=values.pop("applies", None),
            note=values.pop("note", None),
            uncertain=values.pop("uncertain", False),
            withdrawn=values.pop("withdrawn", False),
            is_ours=values.pop("ours", False),
        )
    except (KeyError, IndexError, TypeError, ValueError) as fault:
        raise ValueError(f"{file.name}: rule {entry.get('code')} is not whole ({fault!r})") from None
    if values:
        raise ValueError(f"{file.name}: rule {rule.code} has {', '.join(values)}, which no rule has")
    return rule


def preparation(return_id: str) -> str:
    """The macros of all rules, and the views that the rules of one return share."""
    views = RULES / return_id / "views.sql"
    shared = views.read_text(encoding="utf-8") if views.is_file() else ""
    return (RULES / "macros.sql").read_text(encoding="utf-8") + "\n" + shared
