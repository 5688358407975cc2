"""How runs ended: each in one of three states, kept one line each in ``logs/runs.jsonl``."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from dagster_project.intake import IntakeError, refusals
from dagster_project.settings import Settings

State = Literal["released", "nothing new", "blocked"]

FILE = "runs.jsonl"
#: Of a run that ended in more reasons than this the others are counted.
_TOLD = 20
#: What is read from the end of the file to find the last line; a line is shorter.
_TAIL = 64 * 1024


@dataclass(frozen=True)
class End:
    """How a run ended, without a value from a record.

    ``reasons`` says why nothing was released, a line each; ``refused`` has a line for each file that could
    not be read, which holds nothing back. ``run_id`` is Dagster's, empty for a run of the command.
    """

    state: State
    at: str
    release_id: str | None = None
    reasons: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    run_id: str = ""

    @property
    def lines(self) -> list[str]:
        """For a person: the state and when, then each reason."""
        by = f", Dagster run {self.run_id[:8]}" if self.run_id else ""
        named = f" {self.release_id}" if self.state == "released" else ""
        said = f"last run: {self.state}{named} at {self.at}{by}"
        return [said, *(f"  {reason}" for reason in self.reasons)]


def note(
    settings: Settings,
    state: State,
    *,
    release_id: str | None = None,
    reasons: Sequence[str] = (),
    run_id: str = "",
) -> End:
    """Keeps how a run ended. A disk that cannot be written to hides no other fault."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    end = End(state, at, release_id, _some(reasons), _some(_refused(settings)), run_id)
    with suppress(OSError):
        settings.logs.mkdir(parents=True, exist_ok=True)
        with (settings.logs / FILE).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(asdict(end), ensure_ascii=False) + "\n")
    return end


def last(settings: Settings, run_id: str | None = None) -> End | None:
    """How the last run ended, or that of Dagster's ``run_id``; None if nothing is known of it."""
    for line in reversed(_tail(settings.logs / FILE)):
        with suppress(ValueError, TypeError, KeyError):  # a line that a crash cut short
            told = json.loads(line)
            end = End(**told | {"reasons": tuple(told["reasons"]), "refused": tuple(told["refused"])})
            if run_id is None or end.run_id == run_id:
                return end
    return None


def _refused(settings: Settings) -> list[str]:
    with suppress(IntakeError):  # a damaged record is a reason of its own
        return [f"{each.file_name}: {each.reason}" for each in refusals(settings.raw)]
    return []


def _some(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - _TOLD
    return (*lines[:_TOLD], f"and {more:,} more") if more > 0 else tuple(lines)


def _tail(file: Path) -> list[str]:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - _TAIL))
            return opened.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []
