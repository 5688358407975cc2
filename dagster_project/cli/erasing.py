"""``ncd erase`` and ``ncd retain``: what must no longer be held is removed, from every place."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from dagster_project import audit, erasure, release, settings
from dagster_project.cli.terminal import app, err, out, print_table, stop
from dagster_project.cli.whose import told_by
from dagster_project.erasure import Erased, Order
from dagster_project.settings import Settings


@app.command()
def erase(
    submission: Annotated[list[str] | None, typer.Option(help="A submission: its id.")] = None,
    la: Annotated[str | None, typer.Option(help="A child of this authority, such as 302.")] = None,
    child: Annotated[
        str | None,
        typer.Option(help="The child's id as in the return; asked for, or read from a pipe, if not given."),
    ] = None,
    because: Annotated[str, typer.Option(help="Why; it stands in the audit log. Never name a child.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Finish an erasure that was killed.")] = False,
) -> None:
    """Removes a child or submissions for good: from raw, incoming, rules, warehouse and every release."""
    here = settings.load()
    if resume:
        order = erasure.finish(here)
        out.print(f"erased: {order.reference}" if order else "no erasure waits to be finished", markup=False)
        return
    if bool(submission) == bool(la):
        stop("say what to erase: --submission ID, or --la with a child's id", 2)
    if not because.strip():
        stop("say why with --because; it stands in the audit log", 2)
    reason = " ".join(because.split())
    identifier = None
    with audit.recorded(here, "erase"):
        erasure.finish(here)
        if submission:
            order = erasure.of_submissions(here, submission, reason)
        else:
            told_by(la, None, None)
            identifier = child or _asked()
            order = erasure.of_child(here, la or "", identifier, reason)
        _confirm(here, order, yes)
        _tell(here, erasure.carry_out(here, order))
    left = erasure.may_name(here, identifier) if identifier else []
    for path in left:
        err.print(f"ncd: {path} was not taken in and may name the child; look, and remove it", markup=False)
    if left:
        raise typer.Exit(1)


@app.command()
def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
) -> None:
    """Removes what is held longer than ``keep_years`` and ``keep_releases`` allow."""
    here = settings.load()
    due = erasure.due(here, datetime.now(UTC).date())
    columns = ["submission", "return", "authority", "period end", "received"]
    rows = [
        (each.submission_id, each.return_id, each.la_code, each.period_end, each.received_at)
        for each in due.submissions
    ]
    if not rows and not due.releases:
        out.print("nothing is past its time")
        return
    if rows:
        print_table(columns, rows)
    for name in due.releases:
        out.print(f"release {name}", markup=False)
    if dry_run:
        out.print("these would go; nothing has been changed")
        return
    with audit.recorded(here, "retain") as record:
        erasure.finish(here)
        record["releases_retired"] = due.releases
        release.retire(here)
        if due.submissions:
            ids = [each.submission_id for each in due.submissions]
            _tell(here, erasure.carry_out(here, erasure.of_submissions(here, ids, "retention")))


def _asked() -> str:
    """The child's id, not shown as it is typed; the first line of a pipe where nobody types."""
    if sys.stdin.isatty():
        return typer.prompt("The child's id as in the return", hide_input=True)
    return sys.stdin.readline()


def _confirm(here: Settings, order: Order, yes: bool) -> None:
    reached = len(release.made_of(here, order.touched))
    held = f"the rows of one child in {len(order.of_child)}" if order.child else len(order.whole)
    line = f"this erases {held} submissions, and withholds {reached} releases, for good"
    if yes:
        out.print(line)
    elif not sys.stdin.isatty():
        stop(f"{line}; say --yes if that is meant", 2)
    else:
        typer.confirm(f"{line}. Is that meant?", abort=True)


def _tell(here: Settings, done: Erased) -> None:
    out.print(f"erased {done.rows:,} rows of {done.submissions} submissions; the warehouse is removed")
    for path in done.incoming:
        out.print(f"  removed {path}", markup=False)
    for name in done.releases:
        out.print(f"  release {name} is withheld: what is public of it is left", markup=False)
    if (in_force := release.current(here)) and in_force.is_withheld:
        out.print("no release is in force for analysts now; 'ncd run' makes the next one")
