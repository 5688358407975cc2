"""What the gates found, in words and counts only."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dagster_project.release.gates.suite import Suite

Severity = Literal["critical", "warning"]
What = Literal["held", "nothing sent", "failed", "judged no row", "could not run"]

#: Places named in one line; the page has all that Great Expectations gave back.
_TOLD = 8


@dataclass(frozen=True)
class Result:
    """What became of one expectation.

    ``what``: ``held``; ``nothing sent`` (a table that may be empty is); ``failed``; ``judged no row`` (the
    rows it asks about are not there, so it says nothing); ``could not run``, always critical. ``places``
    are keys of the profile, such as a measure, an authority and a year, never a value. ``rows`` and
    ``unexpected`` count rows of the profile, and are None where the expectation is about the whole of it.
    """

    suite: str
    name: str
    severity: Severity
    what: What
    why: str
    rows: int | None = None
    unexpected: int | None = None
    places: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """What it is called by whoever accepts it."""
        return f"{self.suite}.{self.name}"

    @property
    def counted(self) -> str:
        """How many rows did not meet it, where Great Expectations counts rows."""
        return f" for {self.unexpected:,} of {self.rows:,} rows" if self.unexpected and self.rows else ""

    @property
    def line(self) -> str:
        """The failure as one line for a person."""
        more = len(self.places) - _TOLD
        named = ", ".join(self.places[:_TOLD]) + (f" and {more:,} more" if more > 0 else "")
        where = f" ({named})" if self.places else ""
        return f"{self.severity}: {self.full_name} {self.what}{self.counted}{where}. {self.why}"


@dataclass(frozen=True)
class Judgement:
    """All that the gates found: failures first, the critical before the rest.

    ``is_compared`` tells whether there was a release before it to compare with.
    """

    suites: list[Suite]
    results: list[Result]
    day: date
    is_compared: bool

    @property
    def failures(self) -> list[Result]:
        """What does not hold."""
        return [result for result in self.results if result.what not in ("held", "nothing sent")]
