"""``ncd validate`` and ``ncd rules``: what the rules say of a return, and which there are."""

from pathlib import Path
from typing import Annotated

import typer

from dagster_project import intake, settings
from dagster_project.cli.terminal import app, err, out, print_table, stop
from dagster_project.cli.whose import told_by
from dagster_project.dictionary import period_ending

rules_app = typer.Typer(help="The statutory rules.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(help="Files, zips or folders of one return.", exists=True)],
    la: Annotated[str | None, typer.Option(help="Whose it is, if it does not say so: 302.")] = None,
    year: Annotated[str | None, typer.Option(help="Its collection year: 2025 or 2024-25.")] = None,
    month: Annotated[str | None, typer.Option(help="The month that Annex A lists show: 2025-01.")] = None,
    previous: Annotated[
        list[Path] | None,
        typer.Option(help="Last year's return, for rules that compare; may be given again.", exists=True),
    ] = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            help="Another return of the same year, for rules across returns; may be given again.", exists=True
        ),
    ] = None,
    lists: Annotated[
        list[str] | None,
        typer.Option("--list", help="What some rules need besides: providers=FILE.csv; may be given again."),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="table, csv, json, html or xlsx; else as FILE is called.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where the report goes, if not here.")] = None,
) -> None:
    """Checks a return as DfE will: every rule of its year, what fails where, and what could not be run."""
    from dagster_project import validation  # half a second to import, with DuckDB

    try:
        form = validation.report_form(form, output)
        told = told_by(la, year, month).or_else(intake.declared_by(settings.load()))
        with err.status("checking"):
            checked = validation.checked(
                paths, told, previous or [], beside or [], validation.lists_in(lists or [])
            )
        validation.report(checked, form, output, out)
    except validation.Refused as fault:
        stop(str(fault), 2)
    if checked.blocks:
        raise typer.Exit(1)


@rules_app.command("list")
def rules_list(
    return_id: Annotated[str | None, typer.Option("--return", help="cin, ssda903, csww or annex_a.")] = None,
    year: Annotated[str | None, typer.Option(help="Those in force in a year: 2025 or 2024-25.")] = None,
) -> None:
    """Shows the rules: their years, what they flag and what they need."""
    from dagster_project import rules

    if return_id and return_id not in rules.returns():
        stop(f"there are rules of {' and '.join(rules.returns())}, and none of '{return_id}'", 2)
    if year and period_ending(year) is None:
        stop(f"'{year}' is not a collection year such as 2025 or 2024-25", 2)
    found = [
        rule
        for each in ([return_id] if return_id else rules.returns())
        for rule in rules.rules(each, period_ending(year) if year else None)
    ]
    columns = ["return", "rule", "whose", "years", "severity", "needs", "fields", "message"]
    print_table(columns, [rules.in_words(rule) for rule in found])
