"""The report as a file: CSV, JSON and a workbook to filter."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import xlsxwriter  # type: ignore[import-untyped]

from dagster_project.dictionary import harmless
from dagster_project.validation.checked import Checked
from dagster_project.validation.rows import (
    FailureRow,
    RuleRow,
    ViolationRow,
    as_object,
    counted,
    failure_rows,
    rule_rows,
    title,
    violation_rows,
)

#: A sheet holds 1,048,576 rows; what does not fit is said on the last of them.
MOST_ROWS = 1_000_000

_WIDTHS = {"message": 90, "reason": 45, "fields": 40, "child": 18, "table": 22, "check": 24, "field": 24}


def as_json(checked: Checked) -> str:
    """One object, see ``rows.as_object``."""
    return json.dumps(as_object(checked), ensure_ascii=False, indent=1) + "\n"


def as_csv(checked: Checked) -> str:
    """One row per failing place, and one per rule that could not run, with its reason in place of a place."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    sheet.writerow([*FailureRow._fields, "state", "reason"])
    for failure in failure_rows(checked.failed):
        sheet.writerow([*map(harmless, failure), "failed", ""])
    for result in checked.results:
        if result.state == "could_not_run":
            rule = result.rule
            sheet.writerow(
                [rule.code, rule.severity, rule.set_by, *[""] * 4, rule.message, result.state, result.reason]
            )
    return text.getvalue()


def write_workbook(checked: Checked, file: Path | IO[bytes]) -> None:
    """A workbook: the summary, each rule, each failing place, each departure from the layout.

    Raises:
        OSError: it cannot be written.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(file) if isinstance(file, Path) else file, options) as book:
            _summary(book, checked)
            _sheet(book, "Rules", RuleRow._fields, rule_rows(checked))
            _sheet(book, "Failures", FailureRow._fields, failure_rows(checked.failed))
            _sheet(book, "Layout", ViolationRow._fields, violation_rows(checked))
    except xlsxwriter.exceptions.FileCreateError as fault:
        raise OSError(str(fault)) from None


def _summary(book: xlsxwriter.Workbook, checked: Checked) -> None:
    rows: list[tuple[str, str | int]] = [("return", title(checked))]
    rows += [("file", file.name) for file in checked.files]
    rows += [
        (f"rules of {whose} {state.replace('_', ' ')}", count)
        for whose, states in counted(checked).items()
        for state, count in states.items()
    ]
    rows += [(f"rows in {table}", count) for table, count in checked.row_counts.items()]
    _sheet(book, "Summary", ("what", "is"), rows)


def _sheet(book: xlsxwriter.Workbook, name: str, heading: Iterable[str], rows: Iterable[tuple]) -> None:
    sheet = book.add_worksheet(name)
    columns = list(heading)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column, 22))
        sheet.write_string(0, place, column.replace("_", " "), book.add_format({"bold": True}))
    number = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            sheet.write_string(number, 0, "more rows than a sheet holds: the CSV report has them all")
            break
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, place, cell)
            elif cell is not None:
                sheet.write_string(number, place, harmless(cell))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
