"""``ncd site``: the site of the release in force, in the browser."""

from typing import Annotated

import typer

from dagster_project import release, settings, site
from dagster_project.cli.terminal import app, out, stop


@app.command("site")
def open_site(
    is_printed: Annotated[bool, typer.Option("--print", help="Only say where it is.")] = False,
) -> None:
    """Opens the site of the release in force: figures that people can read, without a server."""
    here = settings.load()
    in_force = release.current(here)
    if in_force is None:
        stop(f"there is no release in {here.releases}; 'ncd run' or 'ncd demo' makes one", 2)
    page = in_force.path / site.FOLDER / "index.html"
    if not page.is_file():
        stop(f"release {in_force.release_id} has no site; 'ncd release' makes one that has", 2)
    out.print(str(page), markup=False)
    if not is_printed:
        typer.launch(page.as_uri())
