"""``ncd reseal``: what is held is sealed, or opened, as the settings now say."""

from pathlib import Path
from typing import Annotated

import typer

from dagster_project import resealing, settings
from dagster_project.cli.terminal import app, out


@app.command()
def reseal(
    old_key: Annotated[
        Path | None, typer.Option(help="A file with the key that is no longer in force.", exists=True)
    ] = None,
    new_key: Annotated[bool, typer.Option("--new-key", help="Make a new key, and change to it.")] = False,
) -> None:
    """Seals all that is held as 'encryption' in ncd.toml says, or opens it; if killed, run it again."""
    here = settings.load()
    count = resealing.reseal(here, old_key, new_key)
    how = "sealed" if here.encryption else "open"
    out.print(f"{count} submissions were not, and all are {how} now; 'ncd run' builds the warehouse anew")
