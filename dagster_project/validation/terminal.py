"""The report in brief, for a terminal: which rules fail and how often, and what could not be looked at."""

from collections import Counter, defaultdict

from rich.console import Console
from rich.table import Table

from dagster_project.validation.checked import Checked
from dagster_project.validation.rows import RuleRow, counted, rule_rows, title


def show(checked: Checked, out: Console) -> None:
    """Print the summary."""
    out.print(f"{title(checked)}: {sum(checked.row_counts.values()):,} rows", markup=False)
    for whose, states in counted(checked).items():
        counts = [f"{count} {state.replace('_', ' ')}" for state, count in states.items()]
        out.print(f"{sum(states.values())} rules of {whose}: {', '.join(counts)}", markup=False)
    failing = [row for row in rule_rows(checked) if row.state == "failed"]
    _show_failing(failing, out)
    by_reason: dict[str, list[str]] = defaultdict(list)
    for result in checked.results:
        if result.state == "could_not_run":
            by_reason[result.reason or ""].append(result.rule.code)
    for reason, codes in by_reason.items():
        out.print(f"could not run, {reason}: {', '.join(codes)}", markup=False)
    checks = Counter(checked.violations["check"].to_pylist())
    if checks:
        said = ", ".join(f"{check} {count:,}" for check, count in checks.most_common())
        out.print(f"departures from the layout: {said}", markup=False)


def _show_failing(failing: list[RuleRow], out: Console) -> None:
    """A table on a terminal; a line for each rule, divided by tabs, for another program."""
    if not out.is_terminal:
        for row in failing:
            message = " ".join(row.message.split())
            cells = (row.rule_code, row.severity, str(row.failures), message, row.set_by)
            out.file.write("\t".join(cells) + "\n")  # print would make blanks of the tabs
        return
    table = Table("rule", "severity", "failures", "message", "set by", box=None, header_style="bold")
    for row in failing:
        severity = row.severity.replace("_", " ")
        table.add_row(row.rule_code, severity, f"{row.failures:,}", row.message, row.set_by)
    out.print(table, soft_wrap=False)
