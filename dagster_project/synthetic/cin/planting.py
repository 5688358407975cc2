"""Planting the declared faults in one file as it is written."""

from collections import Counter

from dagster_project import dictionary
from dagster_project.synthetic import ids
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.cin.faults import KINDS, Hidden, Kind
from dagster_project.synthetic.lives import Child
from dagster_project.synthetic.planted import Fault, line_of

_ROWS = {table.name: table.path.rpartition("/")[2] for table in dictionary.tables("cin")}


class Planter:
    """The faults of one file: those still to plant, and those ``planted``."""

    def __init__(self, census: Census, with_faults: bool) -> None:
        self.planted: list[Fault] = []
        self._census = census
        self._seen: Counter[str] = Counter()
        self._waiting = [
            kind
            for kind in KINDS
            if with_faults and kind.authority == census.authority and kind.sent(census.year) is not None
        ]
        self._has_awkward_ids = with_faults and census.authority == ids.AWKWARD

    def in_head(self, lines: list[str]) -> None:
        """Plant what belongs to the header in its lines."""
        for kind in [kind for kind in self._waiting if kind.table == "header"]:
            self._waiting.remove(kind)
            self._plant(kind, lines, 0)

    def in_child(self, child: Child, lines: list[str], before: int) -> Hidden | None:
        """Plant at most one fault in the lines of a child.

        Args:
            child: The child.
            lines: Its lines.
            before: The number of lines in the file before these.

        Returns:
            What can no longer be read of the child.
        """
        if self._has_awkward_ids:
            self._note_id(child, lines, before)
        for kind in self._waiting:
            if not kind.suits(child, self._census) or line_of(lines, kind.beside or kind.field) is None:
                continue
            self._seen[kind.name] += 1
            if self._seen[kind.name] <= kind.after:
                continue
            self._plant(kind, lines, before)
            if self._seen[kind.name] == kind.after + kind.count:
                self._waiting.remove(kind)
            return kind.hides
        return None

    def _plant(self, kind: Kind, lines: list[str], before: int) -> None:
        index = line_of(lines, kind.beside or kind.field)
        assert index is not None
        row = _row(lines, index, kind.table)
        value = kind.change(lines, index, row, kind.field, kind.sent(self._census.year) or "")
        line = row if value is None else index
        self._note(kind.name, kind.table, kind.field, kind.check, before + line + 1, before + row + 1, value)

    def _note_id(self, child: Child, lines: list[str], before: int) -> None:
        name, child_id = ids.awkward(child)
        index = line_of(lines, "LAchildID")
        if name and index is not None:
            row = _row(lines, index, "child")
            self._note(name, "child", "LAchildID", None, before + index + 1, before + row + 1, child_id)

    def _note(
        self, name: str, table: str, field: str, check: str | None, line: int, row: int, value: str | None
    ) -> None:
        authority, year = self._census.authority, self._census.year
        self.planted.append(Fault(name, table, field, check, authority, year, line, row, value))


def _row(lines: list[str], index: int, table: str) -> int:
    """The line on which the row opens that holds the line at ``index``; that line itself for the root."""
    opening = f"<{_ROWS[table]}>"
    return next((at for at in range(index, -1, -1) if lines[at].lstrip().startswith(opening)), index)
