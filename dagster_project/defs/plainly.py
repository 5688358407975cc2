"""How a step ends in Dagster: nothing that an exception quotes is stored, and it waits where that helps."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dagster_project import pipeline, service
from dagster_project.settings import Settings

#: What a step or a check is given by Dagster.
Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext

#: A run that is tagged so says in the list of runs how it ended.
ENDED = "ncd/ended"

RETRIES = 4


@contextmanager
def plainly(context: Context, here: Settings) -> Iterator[None]:
    """Runs a step: what may pass is tried again, each time after twice the wait; all else blocks the run.

    Raises:
        RetryRequested: another run is at work, or somebody has a file open.
        Failure: all else, in plain lines. Bad input is not tried again: it would be as bad.
    """
    try:
        yield
    except (dg.Failure, dg.RetryRequested):
        raise
    except Exception as fault:
        if pipeline.may_pass(fault) and context.retry_number < RETRIES:
            raise later(context, here) from None
        if isinstance(fault, pipeline.FAULTS):
            reasons = str(fault).splitlines()
        else:  # its text may quote a record
            reasons = [f"an unforeseen fault ({type(fault).__name__}); please report it"]
        ended(context, service.note(here, "blocked", reasons=reasons, run_id=context.run.run_id))
        raise dg.Failure("\n".join(reasons), allow_retries=False) from None


def later(context: Context, here: Settings) -> dg.RetryRequested:
    """The request to be tried again: after a quarter of a minute at first, then after twice as long."""
    wait = here.service.retry_after * 2**context.retry_number
    return dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=wait)


def ended(context: Context, end: service.End) -> None:
    """Shows in Dagster how the run ended."""
    context.instance.add_run_tags(context.run.run_id, {ENDED: end.state})
    for line in end.lines:
        context.log.info(line)
