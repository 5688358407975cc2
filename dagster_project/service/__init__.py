"""What makes the pipeline run itself: how runs ended, what is due, who is told, what lies in ``incoming/``.

It knows nothing of Dagster: the command and a task of the operating system use the same.
"""

from dagster_project.service.alerts import Alert, send
from dagster_project.service.calendar import AWAITED, Due, calendar
from dagster_project.service.ends import End, last, note
from dagster_project.service.incoming import Look, Seen, look
from dagster_project.service.instance import Programs, alone, prepared, programs
from dagster_project.service.telling import tell_end, tell_late

__all__ = [
    "AWAITED",
    "Alert",
    "Due",
    "End",
    "Look",
    "Programs",
    "Seen",
    "alone",
    "calendar",
    "last",
    "look",
    "note",
    "prepared",
    "programs",
    "send",
    "tell_end",
    "tell_late",
]
