"""Who hears how a run ended: said by the daemon, so that a run that was killed is told of, too."""

import dagster as dg

from dagster_project import service, settings
from dagster_project.defs.calendar import calendar
from dagster_project.defs.release import run

_SILENT = (
    "the run ended without saying why: it was stopped, or the system ended it, perhaps for want of memory"
)


@dg.run_failure_sensor(
    monitored_jobs=[run, calendar],
    minimum_interval_seconds=settings.load().service.look_every,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def blocked(context: dg.RunFailureSensorContext) -> None:
    """Tells of a run that released nothing."""
    here, run_id = settings.load(), context.dagster_run.run_id
    end = service.last(here, run_id)
    service.tell_end(here, end or service.note(here, "blocked", reasons=[_SILENT], run_id=run_id))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[run],
    minimum_interval_seconds=settings.load().service.look_every,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def refused(context: dg.RunStatusSensorContext) -> None:
    """Tells of files that could not be read, though a release was made."""
    here = settings.load()
    if end := service.last(here, context.dagster_run.run_id):
        service.tell_end(here, end)
