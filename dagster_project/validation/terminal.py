"""The report in brief, for a terminal: which rules fail and how often, and what could not be looked at."""

from collections import Counter, defaultdict

from rich.console import Console
from rich.table import Table

from dagster_project.rules import Result
from dagster_project.validation.checked import Checked
from dagster_project.validation.rows import RuleRow, counted, rule_rows, title


def show(checked: Checked, out: Console) -> None:
    """Print the summary."""
    out.print(f"{title(checked)}: {sum(checked.row_counts.values()):,} rows", markup=False)
    for whose, states in counted(checked).items():
        counts = [f"{count} {state.replace('_', ' ')}" for state, count in states.items()]
        out.print(f"{sum(states.values())} rules of {whose}: {', '.join(counts)}", markup=False)
    if not checked.is_of_known_rules:
        out.print("no rule of DfE is known of that year: only the layout was checked", style="bold")
    failing = [row for row in rule_rows(checked) if row.state == "failed"]
    _show_failing(failing, out)
    by_reason: dict[str, list[Result]] = defaultdict(list)
    for result in checked.results:
        if result.state == "could_not_run":
            by_reason[result.reason or ""].append(result)
    for reason, results in by_reason.items():
        style = "bold red" if results[0].is_broken else None
        said = ", ".join(result.rule.code for result in results)
        out.print(f"could not run, {reason}: {said}", style=style, markup=False)
    checks = Counter(checked.violations["check"].to_pylist())
    if checks:
        said = ", ".join(f"{check} {count:,}" for check, count in checks.most_common())
        out.print(f"departures from the layout: {said}", markup=False)


def _show_failing(failing: list[RuleRow], out: Console) -> None:
    """A table on a terminal; a line for each rule, divided by tabs, for another program."""
    headings = ("rule", "severity", "failures", "message", "set by")
    if not failing:
        return
    if not out.is_terminal:
        rows = [
            (row.rule_code, row.severity, str(row.failures), " ".join(row.message.split()), row.set_by)
            for row in failing
        ]
        for cells in (headings, *rows):
            out.file.write("\t".join(cells) + "\n")  # print would make blanks of the tabs
        return
    table = Table(*headings, box=None, header_style="bold")
    for row in failing:
        severity = row.severity.replace("_", " ")
        table.add_row(row.rule_code, severity, f"{row.failures:,}", row.message, row.set_by)
    out.print(table, soft_wrap=False)
