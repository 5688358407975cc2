"""``ncd diff``: what differs between two releases."""

import csv
import json
import sys
from typing import Annotated

import typer

from dagster_project import release, settings
from dagster_project.cli.terminal import app, out, print_table, stop

FORMS = ("table", "csv", "json")


@app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="A release: its id, 'current' or 'previous'.")],
    after: Annotated[str, typer.Argument(help="The release to compare with it.")],
    form: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """Shows what differs between two releases: each figure restated, new or gone, and what arrived."""
    if form not in FORMS:
        stop(f"there is no difference as '{form}', only {', '.join(FORMS)}", 2)
    here = settings.load()
    try:
        was, now = release.named(here, before), release.named(here, after)
    except release.UnknownRelease as fault:
        stop(str(fault), 2)
    found = release.difference(was, now)
    if form == "json":
        told = {
            "before": was.release_id,
            "after": now.release_id,
            "counts": found.counts,
            "changes": [change._asdict() for change in found.changes],
            "submissions_in": [vars(each) for each in found.came],
            "submissions_out": [vars(each) for each in found.went],
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    if form == "csv":
        sheet = csv.writer(sys.stdout, lineterminator="\n")
        sheet.writerow(release.Change._fields)
        sheet.writerows(found.changes)
        return
    print_table(list(release.Change._fields), [tuple(change) for change in found.changes])
    counts = ", ".join(f"{count:,} {kind}" for kind, count in found.counts.items())
    came_and_went = f"{len(found.came):,} submissions came into use, {len(found.went):,} went out"
    out.print(f"{was.release_id} to {now.release_id}: {counts}; {came_and_went}", markup=False)
