"""``ncd status`` and ``ncd query``: what is there, and what it says."""

from typing import Annotated

import typer

from dagster_project import release, service, settings, warehouse
from dagster_project.cli.terminal import app, out, print_table, stop
from dagster_project.intake import arrivals
from dagster_project.settings import Settings

_WITHHELD = "release {} is withheld since an erasure reached it; 'ncd run' makes the next one"
_DAMAGED = "of release {} these files are not as they were made: {}; 'ncd release' makes another"


@app.command()
def status(
    files: Annotated[bool, typer.Option("--files", help="Every file that arrived, one by one.")] = False,
    by_year: Annotated[
        bool, typer.Option("--by-year", help="Rows of each authority and return, a column for each year.")
    ] = False,
) -> None:
    """Shows what each authority has sent for each year, what was refused, and how the last run ended."""
    here = settings.load()
    shown = arrivals.files if files else arrivals.by_year if by_year else arrivals.grid
    print_table(*shown(here.raw))
    for line in arrivals.refused(here.raw):
        out.print(line, markup=False)
    if ended := service.last(here):
        for line in ended.lines:
            out.print(line, markup=False)
    if (in_force := release.current(here)) and in_force.is_withheld:
        out.print(_WITHHELD.format(in_force.release_id), markup=False)
    elif in_force:
        out.print(f"release {in_force.release_id} is in force: {in_force.path}", markup=False)
        if spoilt := release.damaged(in_force):
            stop(_DAMAGED.format(in_force.release_id, ", ".join(spoilt)), 1)
    elif any(here.releases.glob("[0-9]*")):
        stop(
            f"{here.releases} says of no release that it is in force, or what it names is damaged: 'ncd run'",
            1,
        )
    else:
        out.print("no release yet; 'ncd run' makes one")


@app.command()
def query(sql: Annotated[str, typer.Argument(help="One SQL statement, read only.")]) -> None:
    """Asks the release in force."""
    columns, rows = _in_release(settings.load(), sql)
    print_table(columns, rows)


def _in_release(here: Settings, sql: str) -> tuple[list[str], list[tuple]]:
    """Names and rows that ``sql`` gives on the release in force, which it cannot change."""
    import duckdb  # a fifth of a second to import

    in_force = release.current(here)
    if in_force is None:
        stop(f"there is no release in {here.releases}; 'ncd run' or 'ncd demo' makes one", 2)
    if in_force.is_withheld:
        stop(_WITHHELD.format(in_force.release_id), 2)
    file = in_force.path / "core_dataset.duckdb"
    try:
        with duckdb.connect(str(file), read_only=True, config=warehouse.OFFLINE) as connection:
            connection.execute("set enable_external_access = false")
            connection.execute(sql)
            return [column[0] for column in connection.description or []], connection.fetchall()
    except duckdb.Error as fault:
        stop(str(fault).splitlines()[0], 2)
