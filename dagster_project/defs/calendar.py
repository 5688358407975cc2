"""When runs start by themselves, and whether returns come in time."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from dagster_project import service, settings
from dagster_project.defs.plainly import plainly
from dagster_project.defs.release import run
from dagster_project.dictionary import tables

IN_TIME = "came_in_time"
_ALWAYS = dg.DefaultScheduleStatus.RUNNING
_WHEN = settings.load().service


def _asset(return_id: str) -> dg.AssetKey:
    """The asset that stands for a return: its first table."""
    return dg.AssetKey([return_id, tables(return_id)[0].name])


@dg.multi_asset_check(
    name="came_in_time",
    specs=[dg.AssetCheckSpec(IN_TIME, asset=_asset(return_id)) for return_id in service.AWAITED],
)
def came_in_time(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """Whether what is due has come, in counts of authorities; those who are to know are told who is late."""
    here, today = settings.load(), date.today()
    with plainly(context, here):
        found, faults = service.tell_late(here, today)
        for line in faults:
            context.log.warning(line)
        for return_id in service.AWAITED:
            due = [each for each in found if each.return_id == return_id]
            late = sum(len(each.late(today)) for each in due)
            yield dg.AssetCheckResult(
                asset_key=_asset(return_id),
                check_name=IN_TIME,
                passed=late == 0,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={
                    "awaited": sum(len(each.expected) for each in due),
                    "came": sum(len(each.expected & each.arrived) for each in due),
                    "late": late,
                },
            )


calendar = dg.define_asset_job(
    "calendar",
    selection=dg.AssetSelection.checks(came_in_time),
    description="Whether what is due has come, and who is told if not.",
)


def _schedule(name: str, job: Any, cron: str, what: str) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=name,
        target=job,
        cron_schedule=cron,
        execution_timezone=_WHEN.timezone,
        default_status=_ALWAYS,
        description=what,
    )


nightly = _schedule(
    "nightly", run, _WHEN.nightly, "Local extracts of the night, and whatever could not be read before."
)
annex_a = _schedule(
    "annex_a", run, f"0 4 {_WHEN.annex_a_by} * *", "The lists of the month before, on the day they are due."
)
collections = _schedule("collections", calendar, _WHEN.calendar, "The calendar of collections, every day.")
