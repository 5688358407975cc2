"""A suite as its files have it: what is expected of a table, and the profile that it is expected of."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.release.errors import ReleaseError


@dataclass(frozen=True)
class Suite:
    """What is expected of one table.

    ``expectations`` are Great Expectations' own, each with ``severity`` and in ``meta`` a ``name`` and a
    ``why``. ``profile`` is the query that is judged; None for a small table, judged as it stands.
    """

    file: Path
    question: str
    expectations: tuple[dict[str, Any], ...]
    may_be_empty: bool
    profile: str | None

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.file.stem

    @property
    def grain(self) -> str:
        """What a row of the profile is, in the words of its first line."""
        return self.profile.splitlines()[0].removeprefix("-- ") if self.profile else "The table itself."

    def may_judge_nothing(self, expectation: dict[str, Any]) -> bool:
        """Whether it is no fault if the rows that an expectation asks about are not there."""
        return bool(expectation.get("meta", {}).get("may_be_empty", self.may_be_empty))


def read(file: Path) -> Suite:
    """The suite of a file.

    Raises:
        ReleaseError: it cannot be read, bears another name than its file, or expects nothing.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["name"] == file.stem and told["expectations"]:
            meta, sql = told.get("meta", {}), file.with_suffix(".sql")
            profile = sql.read_text(encoding="utf-8") if sql.is_file() else None
            expected = tuple(told["expectations"])
            return Suite(file, meta.get("question", ""), expected, meta.get("may_be_empty", False), profile)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ReleaseError(f"{file} is not a suite: it needs its own name, '{file.stem}', and expectations")
