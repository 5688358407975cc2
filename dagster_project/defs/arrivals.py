"""What starts a run: files that arrived in ``incoming/``, all of them together, once they no longer grow."""

import dagster as dg

from dagster_project import service, settings
from dagster_project.defs.release import run

_WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]


@dg.sensor(
    target=run,
    minimum_interval_seconds=settings.load().service.look_every,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks at names, sizes and times; opens files only where these changed.",
)
def incoming(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """One run for all that arrived; none where another waits that will take it in as well."""
    found = service.look(settings.load(), service.Seen.from_text(context.cursor))
    if not found.key:
        return dg.SensorResult(skip_reason=found.reason, cursor=found.seen.to_text())
    waiting = dg.RunsFilter(job_name=run.name, statuses=_WAITING)
    if context.instance.get_runs_count(waiting):
        return dg.SensorResult(skip_reason="a run waits that takes it in", cursor=found.seen.to_text())
    return dg.SensorResult(run_requests=[dg.RunRequest(found.key)], cursor=found.seen.to_text())
