"""What a reader gives: a return as tables of text, or one plain line saying why it cannot."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from dagster_project.returns.source import Source

#: The remedy for what only the sender can mend.
EXPORT_AGAIN = "export the return again from the case system"


@dataclass(frozen=True)
class Reading:
    """A return as it was sent: every row, as text, with its place in the file.

    ``la_code`` is the sender, ``ENG`` for a publication about the whole country. ``period_end`` is the last
    day it is about, ``collection_year`` the year that day lies in. ``sent_at`` is when the file says it was
    made, if that can be read. ``tables`` holds the tables the file is about, also empty ones, in the columns
    of ``dictionary.arrow.as_read``. ``notices`` says where the file departs from its layout, in the columns
    of ``dictionary.arrow.VIOLATION``: a place and a kind, never a value.
    """

    return_id: str
    la_code: str
    collection_year: int
    period_end: date
    sent_at: str | None
    tables: dict[str, pa.Table]
    notices: pa.Table


class UnreadableFile(ValueError):
    """A file that cannot be read as a return: one line that names the file, the fault and the remedy.

    Never give it a value from a child's record, nor the text of another exception: both end up in logs.
    """

    def __init__(self, file: Source, fault: str, remedy: str):
        super().__init__(file, fault, remedy)  # all three, so that it survives the way back from a worker
        self.reason = f"{fault}; {remedy}"

    def __str__(self) -> str:
        return f"{printable(self.args[0].name)}: {self.reason}"


class DoubtfulYear(UnreadableFile):
    """A file whose name says a year that its rows contradict: then that of its fellows is in doubt, too."""


def printable(name: str) -> str:
    """``name`` on one line: a file may be called anything, and its name is shown on terminals and in logs."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
