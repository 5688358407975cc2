"""The ``ncd`` command: thin over what the assets call.

Exit status: 0 done; 1 done with failures that block; 2 bad usage or unreadable input.
"""

import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from dagster_project import intake as held
from dagster_project import pipeline, release, settings, warehouse
from dagster_project.dictionary import authorities, month_end, period_ending
from dagster_project.intake import IntakeError, Outcome, Told, arrivals
from dagster_project.release import Release, ReleaseError
from dagster_project.settings import Settings, SettingsError
from dagster_project.warehouse import BuildError

app = typer.Typer(
    name="ncd",
    help="The national core dataset: returns in, one small comparable set of outcome measures out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

TRY = (
    "select period, value from outcomes.core_outcome"
    " where measure_id = 'M01' and area_code = 'ENG' order by period",
    "select area_name, value, status from outcomes.core_outcome"
    " where measure_id = 'M02' and period = 2025 and lane = 'published' order by area_name",
    "select measure_id, measure_name, unit from meta.measure order by display_order",
)


def main() -> None:
    """Runs the command; what a user can put right ends in one line, never in a traceback."""
    try:
        app()
    except (SettingsError, IntakeError) as fault:
        _stop(str(fault), 2)
    except (BuildError, ReleaseError) as fault:
        _stop(str(fault), 1)


@app.command()
def demo(
    children: Annotated[int, typer.Option(help="Children per authority, about.", min=1)] = 4000,
    workers: Annotated[int, typer.Option(help="Social workers per authority, about.", min=1)] = 240,
    seed: Annotated[int, typer.Option(help="The same seed gives the same returns.")] = 2016,
) -> None:
    """Makes returns of fictional authorities, takes them in beside the published figures, and releases."""
    from dagster_project import synthetic  # only this and synth need it

    here = settings.load()
    _declare_extracts(here)
    folder = here.incoming / "demonstration"
    _synthesise(lambda: synthetic.write_all(folder, (2024, 2025), children, workers, seed), folder)
    made = _run(settings.load(), _Tally())
    out.print(f"\nThe core dataset is in {made.path / 'core_dataset.duckdb'}\nTry:")
    for sql in TRY:
        out.print(f'  ncd query "{sql}"', markup=False)


@app.command()
def run() -> None:
    """Takes in what is new in incoming/, builds, checks and releases."""
    _run(settings.load())


@app.command()
def intake(
    paths: Annotated[list[Path], typer.Argument(help="Files, zips or folders.", exists=True)],
    la: Annotated[str | None, typer.Option(help="Whose they are, if they do not say so: 302.")] = None,
    year: Annotated[str | None, typer.Option(help="Their collection year: 2025 or 2024-25.")] = None,
    month: Annotated[str | None, typer.Option(help="The month that lists show: 2025-01.")] = None,
) -> None:
    """Takes in returns without building: every row lands, or a line says why not."""
    outcomes = pipeline.take_in(settings.load(), paths, _told(la, year, month), on_file=_say_all)
    if not outcomes:
        out.print("no file there to take in")
    if any(outcome.state == "refused" for outcome in outcomes):
        raise typer.Exit(2)


def _told(la: str | None, year: str | None, month: str | None) -> Told:
    """What the options say of the files."""
    if la is not None and la not in authorities():
        _stop(f"'{la}' is not the code of an authority, such as 302", 2)
    if year is not None and (year_ := period_ending(year)) is None:
        _stop(f"'{year}' is not a collection year such as 2025 or 2024-25", 2)
    shown = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month) if month else None
    if month is not None and not shown:
        _stop(f"'{month}' is not a month such as 2025-01", 2)
    given = {"la_code": la, "year": year, "month": month}
    return Told(
        la_code=la,
        year=year_ if year else None,
        month=month_end(int(shown[1]), int(shown[2])) if shown else None,
        given=frozenset(name for name, value in given.items() if value),
    )


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(help="Files, zips or folders of one return.", exists=True)],
    la: Annotated[str | None, typer.Option(help="Whose it is, if it does not say so: 302.")] = None,
    year: Annotated[str | None, typer.Option(help="Its collection year: 2025 or 2024-25.")] = None,
    previous: Annotated[
        list[Path] | None,
        typer.Option(help="Last year's return, for rules that compare; may be given again.", exists=True),
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
        told = _told(la, year, None).or_else(held.declared_by(settings.load()))
        with err.status("checking"):
            checked = validation.checked(paths, told, previous or [], validation.lists_in(lists or []))
        validation.report(checked, form, output, out)
    except validation.Refused as fault:
        _stop(str(fault), 2)
    if checked.blocks:
        raise typer.Exit(1)


rules_app = typer.Typer(help="The statutory rules.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")


@rules_app.command("list")
def rules_list(
    return_id: Annotated[str | None, typer.Option("--return", help="cin or ssda903.")] = None,
    year: Annotated[str | None, typer.Option(help="Those in force in a year: 2025 or 2024-25.")] = None,
) -> None:
    """Shows the rules: their years, what they flag and what they need."""
    from dagster_project import rules

    if return_id and return_id not in rules.returns():
        _stop(f"there are rules of {' and '.join(rules.returns())}, and none of '{return_id}'", 2)
    if year and period_ending(year) is None:
        _stop(f"'{year}' is not a collection year such as 2025 or 2024-25", 2)
    found = [
        rule
        for each in ([return_id] if return_id else rules.returns())
        for rule in rules.rules(each, period_ending(year) if year else None)
    ]
    columns = ["return", "rule", "years", "severity", "needs", "fields", "message"]
    _print_table(columns, [rules.in_words(rule) for rule in found])


@app.command()
def withdraw(
    submissions: Annotated[list[str], typer.Argument(help="Their ids, as 'ncd status --files' lists them.")],
    undo: Annotated[bool, typer.Option("--undo", help="Bring them back.")] = False,
) -> None:
    """Takes a submission back: its rows stay, and nothing is worked out from them any more."""
    raw, now = settings.load().raw, datetime.now(UTC)
    for each in submissions:
        done = held.restore(raw, each, now) if undo else held.withdraw(raw, each, now)
        out.print(f"{done.file_name}: {'back in use' if undo else 'withdrawn'}", markup=False)
    out.print("the release in force is as it was; 'ncd run' makes one that knows of this")


@app.command()
def build(
    target: Annotated[str, typer.Option(help="duckdb, or spark: the same models, not released.")] = "duckdb",
    anew: Annotated[bool, typer.Option("--anew", help="All of it, not only what changed.")] = False,
) -> None:
    """Builds and tests the warehouse from what has been taken in: what changed since the last build."""
    _warn(warehouse.build(settings.load(), target, anew=anew))
    out.print("built and tested")


@app.command("release")
def release_() -> None:
    """Judges the warehouse as it stands and puts it in force as a release."""
    _tell(pipeline.publish(settings.load()))


@app.command()
def status(
    files: Annotated[bool, typer.Option("--files", help="Every file that arrived, one by one.")] = False,
) -> None:
    """Shows what each authority has sent for each year, what was refused, and the release in force."""
    here = settings.load()
    columns, rows = arrivals.files(here.raw) if files else arrivals.grid(here.raw)
    _print_table(columns, rows)
    for line in arrivals.refused(here.raw):
        out.print(line, markup=False)
    if in_force := release.current(here):
        out.print(f"release {in_force.release_id} is in force: {in_force.path}", markup=False)
    else:
        out.print("no release yet; 'ncd run' makes one")


@app.command()
def query(sql: Annotated[str, typer.Argument(help="One SQL statement, read only.")]) -> None:
    """Asks the release in force."""
    columns, rows = _in_release(settings.load(), sql)
    _print_table(columns, rows)


@app.command()
def synth(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    years: Annotated[str, typer.Option(help="First and last year, by the years they end in.")] = "2024-2025",
    children: Annotated[int, typer.Option(help="Children per authority, about.", min=1)] = 400,
    workers: Annotated[int, typer.Option(help="Social workers per authority, about.", min=1)] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same returns.")] = 2016,
    la: Annotated[list[str] | None, typer.Option(help="One fictional authority; may be given again.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="cin, ssda903, csww, annex_a, forms, extracts or publications; may be given again."
        ),
    ] = None,
) -> None:
    """Writes made-up returns for fictional authorities: the same children and workers in all of them."""
    from dagster_project import synthetic

    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        _stop(f"'{years}' is not a span of years such as 2024-2025", 2)
    span = tuple(range(int(first), int(last or first) + 1))
    kinds = kind or synthetic.USUAL
    _synthesise(lambda: synthetic.write_all(folder, span, children, workers, seed, la, kinds), folder)


def _synthesise(write: Callable[[], list[Path]], folder: Path) -> None:
    try:
        files = write()
    except ValueError as fault:
        _stop(str(fault), 2)
    out.print(f"{len(files)} made-up files of fictional authorities in {folder}", markup=False)


def _declare_extracts(here: Settings) -> None:
    """Put the declaration of the made-up local extracts into the workspace, unless one is there."""
    from dagster_project import synthetic

    mine = here.home / "ncd.toml"
    if not mine.exists():
        here.home.mkdir(parents=True, exist_ok=True)
        mine.write_bytes(synthetic.DECLARATION.read_bytes())


class _Tally:
    """Says what became of many files return by return, and of those that were refused one by one."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}

    def __call__(self, outcome: Outcome) -> None:
        if outcome.state == "refused":
            _say(outcome)
        elif outcome.state == "accepted":
            counts = self._counts.setdefault(outcome.return_id or "", [0, 0, 0])
            for place, more in enumerate((1, outcome.rows, outcome.violations)):
                counts[place] += more

    def tell(self) -> None:
        """Print the sums, once."""
        for return_id, (files, rows, violations) in sorted(self._counts.items()):
            out.print(f"  {return_id}: {files} files, {rows:,} rows, {violations:,} violations", markup=False)
        self._counts.clear()


def _run(here: Settings, tally: _Tally | None = None) -> Release:
    def on_step(step: str) -> None:
        if tally:
            tally.tell()
        out.print(f"- {step}")

    done = pipeline.run(here, on_file=tally or _say, on_step=on_step)
    if done.is_new:
        _warn(done.warnings)
        _tell(done.release)
    else:
        out.print(f"nothing new: release {done.release.release_id} stands")
    if done.refused:
        raise typer.Exit(2)
    return done.release


def _say_all(outcome: Outcome) -> None:
    """Also what has been taken in before: whoever names a file should hear of it."""
    if outcome.state == "already_seen":
        out.print(outcome.message, markup=False)
    _say(outcome)


def _say(outcome: Outcome) -> None:
    if outcome.state == "refused":
        err.print(outcome.message, markup=False)
    elif outcome.state == "accepted":
        out.print(outcome.message, markup=False)


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(f"  warning: {line}", markup=False)


def _tell(made: Release) -> None:
    _warn(made.warnings)
    out.print(f"release {made.release_id} is in force: {made.path}", markup=False)


def _in_release(here: Settings, sql: str) -> tuple[list[str], list[tuple]]:
    """Names and rows that ``sql`` gives on the release in force, which it cannot change."""
    import duckdb  # a fifth of a second to import

    in_force = release.current(here)
    if in_force is None:
        _stop(f"there is no release in {here.releases}; 'ncd run' or 'ncd demo' makes one", 2)
    file = in_force.path / "core_dataset.duckdb"
    try:
        with duckdb.connect(str(file), read_only=True, config=warehouse.OFFLINE) as connection:
            connection.execute("set enable_external_access = false")
            connection.execute(sql)
            return [column[0] for column in connection.description or []], connection.fetchall()
    except duckdb.Error as fault:
        _stop(str(fault).splitlines()[0], 2)


def _print_table(columns: list[str], rows: list[tuple]) -> None:
    """A table on a terminal; tab-separated lines for another program."""
    if not out.is_terminal:
        for row in [tuple(columns), *rows]:
            sys.stdout.write("\t".join("" if cell is None else str(cell) for cell in row) + "\n")
        return
    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)


def _stop(line: str, code: int) -> NoReturn:
    err.print(f"ncd: {line}", markup=False)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
