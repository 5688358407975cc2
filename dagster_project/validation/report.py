"""The report in the form asked for, on the terminal or in a file."""

import sys
from pathlib import Path

from rich.console import Console

from dagster_project.validation.checked import Checked, Refused
from dagster_project.validation.files import as_csv, as_json, write_workbook
from dagster_project.validation.page import as_page
from dagster_project.validation.terminal import show

FORMS = ("table", "csv", "json", "html", "xlsx")


def report_form(form: str | None, output: Path | None) -> str:
    """The form asked for, or the one that the name of ``output`` says; else a table.

    Raises:
        Refused: there is no such form, or a workbook has no file to go to.
    """
    chosen = form or (output.suffix[1:].lower() if output and output.suffix else "table")
    if chosen not in FORMS:
        raise Refused(f"there is no report as '{chosen}', only {', '.join(FORMS)}")
    if chosen == "xlsx" and output is None:
        raise Refused("a workbook needs a file to go to: give --output FILE.xlsx")
    return chosen


def report(checked: Checked, form: str, output: Path | None, out: Console) -> None:
    """Write the report, to ``output`` or else to the terminal; of a file, the summary is shown as well.

    Raises:
        Refused: the file cannot be written.
    """
    try:
        if form == "xlsx" and output:
            write_workbook(checked, output)
        elif form == "table" and output:
            with output.open("w", encoding="utf-8") as file:
                show(checked, Console(file=file, width=160, highlight=False))
        elif form == "table":
            show(checked, out)
        else:
            text = {"csv": as_csv, "json": as_json, "html": as_page}[form](checked)
            if output is None:
                sys.stdout.buffer.write(text.encode())  # UTF-8, whatever the terminal's own letters are
                return
            # a mark at the beginning, or Excel takes UTF-8 for something else
            output.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8", newline="")
    except OSError as fault:
        raise Refused(f"{output} cannot be written ({type(fault).__name__})") from None
    if output and form != "table":
        show(checked, out)
        out.print(f"report in {output}", markup=False)
