"""The commands that change a workspace: from taking a file in to a release in force."""

from pathlib import Path
from typing import Annotated

import typer

from dagster_project import pipeline, service, settings
from dagster_project.cli.making_up import declare_extracts, synthesise
from dagster_project.cli.terminal import app, err, out, warn
from dagster_project.cli.whose import moment, told_by
from dagster_project.intake import Outcome, Scope
from dagster_project.release import Release
from dagster_project.settings import Settings

TRY = (
    "select period, value from outcomes.core_outcome"
    " where measure_id = 'M01' and area_code = 'ENG' order by period",
    "select area_name, value, status from outcomes.core_outcome"
    " where measure_id = 'M02' and period = 2025 and lane = 'published' order by area_name",
    "select measure_id, measure_name, unit from meta.measure order by display_order",
)


@app.command()
def demo(
    children: Annotated[int, typer.Option(help="Children per authority, about.", min=1)] = 4000,
    workers: Annotated[int, typer.Option(help="Social workers per authority, about.", min=1)] = 240,
    seed: Annotated[int, typer.Option(help="The same seed gives the same returns.")] = 2016,
) -> None:
    """Makes returns of fictional authorities, takes them in beside the published figures, and releases."""
    from dagster_project import synthetic  # only this and synth need it

    here = settings.load()
    declare_extracts(here)
    folder = here.incoming / "demonstration"
    synthesise(lambda: synthetic.write_all(folder, (2024, 2025), children, workers, seed), folder)
    made = _run(settings.load(), _Tally())
    out.print(f"\nThe core dataset is in {made.path / 'core_dataset.duckdb'}\nTry:")
    for sql in TRY:
        out.print(f'  ncd query "{sql}"', markup=False)


@app.command()
def run(
    la: Annotated[
        list[str] | None, typer.Option(help="Only this authority's files: 302; may be given again.")
    ] = None,
    year: Annotated[
        list[str] | None, typer.Option(help="Only files of this collection year: 2025; may be given again.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Check, build and release it again although nothing is new.")
    ] = False,
    alert: Annotated[
        bool,
        typer.Option("--alert", help="Tell those whom ncd.toml names what went wrong."),
    ] = False,
) -> None:
    """Takes in what is new in incoming/, builds, checks and releases."""
    here, scope = settings.load(), Scope.of(la or (), year or ())
    try:
        _run(here, scope=scope, anew=anew)
    finally:
        if alert and (ended := service.last(here)):
            warn(service.tell_end(here, ended))


@app.command()
def intake(
    paths: Annotated[list[Path], typer.Argument(help="Files, zips or folders.", exists=True)],
    la: Annotated[str | None, typer.Option(help="Whose they are, if they do not say so: 302.")] = None,
    year: Annotated[str | None, typer.Option(help="Their collection year: 2025 or 2024-25.")] = None,
    month: Annotated[str | None, typer.Option(help="The month that lists show: 2025-01.")] = None,
) -> None:
    """Takes in returns without building: every row lands, or a line says why not."""
    outcomes = pipeline.take_in(settings.load(), paths, told_by(la, year, month), on_file=_say_all)
    if not outcomes:
        out.print("no file there to take in")
    if any(outcome.state == "refused" for outcome in outcomes):
        raise typer.Exit(2)


@app.command()
def withdraw(
    submissions: Annotated[list[str], typer.Argument(help="Their ids, as 'ncd status --files' lists them.")],
    undo: Annotated[bool, typer.Option("--undo", help="Bring them back.")] = False,
) -> None:
    """Takes a submission back: its rows stay, and nothing is worked out from them any more."""
    for done in pipeline.withdraw(settings.load(), submissions, undo):
        out.print(f"{done.file_name}: {'back in use' if undo else 'withdrawn'}", markup=False)
    out.print("the release in force is as it was; 'ncd run' makes one that knows of this")


@app.command()
def build(
    target: Annotated[str, typer.Option(help="duckdb, or spark: the same models, not released.")] = "duckdb",
    anew: Annotated[bool, typer.Option("--anew", help="All of it, not only what changed.")] = False,
) -> None:
    """Builds and tests the warehouse from what has been taken in: what changed since the last build."""
    here = settings.load()
    warn(pipeline.check_rules(here) + pipeline.build(here, anew=anew, target=target))
    out.print("built and tested")


@app.command("release")
def release_(
    accept: Annotated[
        list[str] | None, typer.Option(help="A critical failure to let through: release.half_is_there.")
    ] = None,
    because: Annotated[str, typer.Option(help="Why; it stands in the release. Never name a child.")] = "",
    as_of: Annotated[
        str | None,
        typer.Option(help="Release what was known then instead: 2026-03-31, or 2026-03-31T12:00 (UTC)."),
    ] = None,
    in_force: Annotated[
        bool, typer.Option("--in-force", help="With --as-of: put it in force as well.")
    ] = False,
) -> None:
    """Judges the warehouse as it stands and puts it in force as a release."""
    if accept and not because.strip():
        raise typer.BadParameter("say why with --because: whoever reads the release will ask")
    here = settings.load()
    if as_of is None:
        _tell(pipeline.publish(here, dict.fromkeys(accept or (), " ".join(because.split()))))
    else:
        then = moment(as_of)
        out.print(f"- building and releasing what was known on {then:%d %B %Y at %H:%M %Z}")
        _tell(pipeline.publish_as_of(here, then, in_force), in_force)


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


def _run(
    here: Settings, tally: _Tally | None = None, scope: Scope = pipeline.ALL, anew: bool = False
) -> Release:
    def on_step(step: str) -> None:
        if tally:
            tally.tell()
        out.print(f"- {step}")

    done = pipeline.run(here, on_file=tally or _say, on_step=on_step, scope=scope, anew=anew)
    if done.is_new:
        warn(done.warnings)
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
    elif outcome.state in ("accepted", "left"):
        out.print(outcome.message, markup=False)


def _tell(made: Release, in_force: bool = True) -> None:
    warn(made.warnings)
    state = "is in force" if in_force else "is made, and not in force"
    out.print(f"release {made.release_id} {state}: {made.path}", markup=False)
