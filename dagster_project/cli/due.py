"""``ncd calendar``: what is due, what has come, what is late."""

from datetime import date
from typing import Annotated

import typer

from dagster_project import service, settings
from dagster_project.cli.terminal import app, print_table, stop, warn


@app.command()
def calendar(
    on: Annotated[str | None, typer.Option(help="As it stands on another day: 2026-07-31.")] = None,
    alert: Annotated[bool, typer.Option("--alert", help="Tell those whom ncd.toml names.")] = False,
) -> None:
    """Shows which returns are due when, of whom they have come, and of whom they are late."""
    here = settings.load()
    try:
        today = date.fromisoformat(on) if on else date.today()
    except ValueError:
        stop(f"'{on}' is not a day such as 2026-07-31", 2)
    found = service.calendar(here, today)
    rows = [
        (
            each.return_id,
            each.period,
            each.opens,
            each.due,
            each.caution or "certain",
            each.state(today),
            f"{len(each.expected & each.arrived)} of {len(each.expected)}",
            " ".join(each.missing),
        )
        for each in found
    ]
    print_table(["return", "period", "opens", "due", "day is", "state", "came", "not come"], rows)
    if alert:
        warn(service.tell_late(here, today)[1])
