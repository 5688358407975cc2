"""``ncd serve``: the pipeline runs itself until it is stopped."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from types import FrameType
from typing import Annotated

import typer

from dagster_project import service, settings
from dagster_project.cli.terminal import app, out, warn

_PATIENCE = 30  # seconds for a program to end by itself


@app.command()
def serve(
    page: Annotated[
        int | None, typer.Option(help="Also show Dagster's pages on this port of this machine.")
    ] = None,
) -> None:
    """Runs by itself when files arrive in incoming/, at night and by the calendar, until it is stopped."""
    here = settings.load()
    with service.alone(here):
        told = service.prepared(here)
        os.environ.update(told)  # for Dagster, here and in the programs
        tell_left(told["DAGSTER_HOME"])
        signal.signal(signal.SIGTERM, _interrupt)
        out.print(f"serving {here.home}; files dropped in {here.incoming} are taken in", markup=False)
        raise typer.Exit(_run(service.programs(here, page)))


@app.command("alert-test")
def alert_test() -> None:
    """Sends a test alert to everybody whom ncd.toml names."""
    here = settings.load()
    faults = service.send(here, service.Alert("test", "a test of the alerts", ("nothing has happened",)))
    warn(faults)
    if faults:
        raise typer.Exit(1)
    told = here.alerts.email_to or here.alerts.webhook_url_file
    out.print("sent to all whom ncd.toml names" if told else "ncd.toml names nobody: it is in the log alone")


def tell_left(dagster_home: str) -> None:
    """Marks runs that an earlier service left unfinished: nothing else would, and they hold up the next."""
    import dagster as dg  # a second to import

    unfinished = [
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
    ]
    with dg.DagsterInstance.from_config(dagster_home) as instance:
        for run in instance.get_runs(dg.RunsFilter(statuses=unfinished)):
            instance.report_run_failed(run, "the service was stopped while this run was under way")


def _run(programs: service.Programs) -> int:
    """Runs programs side by side until one ends, or this one is told to; then ends them all."""
    running = [_started(programs.code)]
    status = 1  # none of them ends by itself
    try:
        while running[0].poll() is None and not programs.is_ready():
            time.sleep(0.2)
        running += [_started(each) for each in programs.others]
        while all(each.poll() is None for each in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        status = 0
    for each in reversed(running):
        _end(each)
    return status


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    """A program in a group of its own with all that it starts, so that all of it can be ended."""
    return subprocess.Popen(command, cwd=settings.ROOT, start_new_session=os.name == "posix")


def _end(program: subprocess.Popen[bytes]) -> None:
    if os.name != "posix":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(program.pid)], capture_output=True, check=False)
        return
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            program.wait(_PATIENCE)
        os.killpg(program.pid, signal.SIGKILL)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
