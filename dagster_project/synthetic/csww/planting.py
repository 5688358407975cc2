"""Planting the declared faults in one workforce census."""

from dagster_project.synthetic.census import Census
from dagster_project.synthetic.csww.faults import KINDS, Kind
from dagster_project.synthetic.csww.rows import Row
from dagster_project.synthetic.planted import Fault, line_of


class Planter:
    """The faults of one file: those still to plant, and those ``planted``."""

    def __init__(self, census: Census, with_faults: bool) -> None:
        self.planted: list[Fault] = []
        self._census = census
        self._waiting = [
            kind
            for kind in KINDS
            if with_faults and kind.authority == census.authority and kind.sent(census.year) is not None
        ]

    def in_head(self, lines: list[str]) -> None:
        """Plant what belongs to the header in the lines before the first worker."""
        for kind in [kind for kind in self._waiting if kind.table == "header"]:
            index = line_of(lines, kind.field)
            if index is not None:
                self._plant(kind, lines, index, line_of(lines[: index + 1], "Header") or index, 0)

    def in_worker(self, row: Row, lines: list[str], before: int) -> Kind | None:
        """Plant at most one fault in the lines of a row; returns its kind.

        Args:
            row: The row.
            lines: Its lines.
            before: The number of lines in the file before these.
        """
        for kind in self._waiting:
            index = line_of(lines, kind.beside or kind.field)
            if kind.table == "worker" and index is not None and kind.suits(row, self._census):
                self._plant(kind, lines, index, 0, before)
                return kind
        return None

    def _plant(self, kind: Kind, lines: list[str], index: int, row: int, before: int) -> None:
        value = kind.change(lines, index, row, kind.field, kind.sent(self._census.year) or "")
        line = row if value is None else index
        self.planted.append(
            Fault(
                name=kind.name,
                table=kind.table,
                field=kind.field,
                check=kind.check,
                authority=self._census.authority,
                year=self._census.year,
                line=before + line + 1,
                row_line=before + row + 1,
                value=value,
            )
        )
        self._waiting.remove(kind)
