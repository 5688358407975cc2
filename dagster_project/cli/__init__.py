"""The ``ncd`` command: thin over what the assets call. One module per kind of work.

Exit status: 0 done; 1 done with failures that block; 2 bad usage or unreadable input.
"""

# ruff: noqa: I001
# each adds its commands, in the order in which help lists them
from dagster_project import disk
from dagster_project.cli import running, checking, asking, due, serving  # noqa: F401
from dagster_project.cli import site, comparing, making_up, auditing, erasing, sealing  # noqa: F401
from dagster_project.audit import AuditError
from dagster_project.cli.terminal import app, stop
from dagster_project.erasure import OrderError
from dagster_project.intake import IntakeError
from dagster_project.release import ReleaseError
from dagster_project.sealing import SealingError
from dagster_project.settings import SettingsError
from dagster_project.warehouse import BuildError


def main() -> None:
    """Runs the command; what a user can put right ends in one line, never in a traceback."""
    try:
        app()
    except (SettingsError, IntakeError, AuditError, OrderError, SealingError) as fault:
        stop(str(fault), 2)
    except (BuildError, ReleaseError) as fault:
        stop(str(fault), 1)
    except BrokenPipeError:
        raise
    except OSError as fault:
        stop(f"{fault.filename or 'a file of the workspace'}: {disk.reason(fault)}", 1)
