"""``ncd audit``: who did what in this workspace, and whether the log of it is whole."""

import json
import sys
from typing import Annotated, Any

import typer

from dagster_project import audit as log
from dagster_project import release, settings
from dagster_project.audit import Checked
from dagster_project.cli.terminal import app, err, out, print_table
from dagster_project.settings import Settings

_COLUMNS = ["record", "when (UTC)", "who", "version", "command", "ended", "files", "came out"]


@app.command()
def audit(
    format_: Annotated[
        str, typer.Option("--format", help="table, or json: the records themselves.")
    ] = "table",
) -> None:
    """Shows who ran what, and checks that no record was changed, removed, moved or cut off; 1 if one was."""
    if format_ not in ("table", "json"):
        raise typer.BadParameter("the formats are table and json")
    found = _checked(settings.load())
    if format_ == "json":
        broken = vars(found.broken) if found.broken else None
        told = {"is_whole": broken is None, "broken": broken, "records": found.records}
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        print_table(_COLUMNS, _rows(found.records))
    if found.is_torn:
        err.print("the last line is half written, by a run that was killed; the next command sets it apart")
    if found.broken:
        err.print(f"ncd: the log is broken at line {found.broken.line}: {found.broken.fault}", markup=False)
        raise typer.Exit(1)
    if format_ == "table":
        out.print(f"{len(found.records)} records, each as it was written")


def _checked(here: Settings) -> Checked:
    noted = [(f"release {each.release_id}", each.audit) for each in release.kept(here)]
    return log.checked(here, [(name, head) for name, head in noted if head])


def _rows(records: list[dict[str, Any]]) -> list[tuple]:
    """A row for each command, in the order in which they began."""
    ends = {each["of"]: each for each in records if each["event"] == "ended"}
    return [
        (
            each["number"],
            each["at"],
            each["user"],
            each["version"],
            each["command"],
            *_end(ends.get(each["number"])),
        )
        for each in records
        if each["event"] == "begun"
    ]


def _end(end: dict[str, Any] | None) -> tuple[str, str, str]:
    """How a command ended, what became of files, and what came out of it."""
    if end is None:
        return "not, or not yet", "", ""
    files = ", ".join(f"{count} {state}" for state, count in end.get("files", {}).items())
    return end["ended"], files, end.get("release", "")
