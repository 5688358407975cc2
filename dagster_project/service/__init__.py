"""What makes the pipeline run itself: how runs ended, what is due, who is told, what lies in ``incoming/``.

It knows nothing of Dagster: the command and a task of the operating system use the same.
"""

from dagster_project.service.ends import End, last, note

__all__ = ["End", "last", "note"]
