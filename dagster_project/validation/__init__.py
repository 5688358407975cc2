"""Checking a return before it is submitted: read, contract, rules, report. Nothing is kept."""

from dagster_project.validation.checked import Checked, CheckedFile, Refused, checked
from dagster_project.validation.files import as_csv, as_json, write_workbook
from dagster_project.validation.lists import lists_in
from dagster_project.validation.page import as_page
from dagster_project.validation.report import report, report_form
from dagster_project.validation.terminal import show

__all__ = [
    "Checked",
    "CheckedFile",
    "Refused",
    "as_csv",
    "as_json",
    "as_page",
    "checked",
    "lists_in",
    "report",
    "report_form",
    "show",
    "write_workbook",
]
