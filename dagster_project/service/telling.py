"""What is worth telling: a run that was blocked, files that were refused, returns that are late."""

from datetime import date

from dagster_project.service import alerts
from dagster_project.service.alerts import Alert
from dagster_project.service.calendar import Due, calendar
from dagster_project.service.ends import End
from dagster_project.settings import Settings


def tell_end(settings: Settings, end: End) -> list[str]:
    """Tells of a run that released nothing, and of refused files; a line for each receiver not reached."""
    faults = []
    if end.state == "blocked":
        said = "a run was blocked, and the release before it stands"
        faults += alerts.send(settings, Alert("blocked", said, tuple(end.lines)))
    if end.refused and (new := alerts.fresh(settings, end.refused)):
        faults += alerts.send(settings, Alert("refused", f"{len(new)} files could not be read", tuple(new)))
    return faults


def tell_late(settings: Settings, today: date) -> tuple[list[Due], list[str]]:
    """The calendar of a day; returns newly late are told of, a line for each receiver not reached."""
    found = calendar(settings, today)
    late = [line for due in found for line in due.late(today).values()]
    new = alerts.fresh(settings, late)
    if not new:
        return found, []
    return found, alerts.send(settings, Alert("late", f"{len(new)} returns have not come", tuple(new)))
