"""The looked-after children return as one XML file: its shape from the paths of the dictionary."""

from pathlib import Path
from typing import Self
from xml.sax.saxutils import escape

from dagster_project import dictionary
from dagster_project.synthetic.ssda903.rows import Row, tables

_NOTE = "<!-- Made up: no child, no family and no authority in this file exists. -->"
_ROOT, _CHILD, _HEADER = "EXPSSDA903", "/EXPSSDA903/CHILD", "/EXPSSDA903/CHILD/HEADER"


class XmlFile:
    """The file of one return while it is written: under another name until finished, then under its own."""

    def __init__(self, path: Path, year: int) -> None:
        self.path = path
        self._part = path.with_name(f"{path.name}.part")
        self._tables = tables(year, has_paths=True)
        self._own = {table.name: table.path for table in dictionary.tables("ssda903")}
        self._lines = 0

    def __enter__(self) -> Self:
        self._stream = self._part.open("w", encoding="utf-8", newline="\n")
        self._write(['<?xml version="1.0" encoding="utf-8"?>', _NOTE, f"<{_ROOT}>"])
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._part.unlink(missing_ok=True)

    def add(self, rows: dict[str, list[Row]]) -> dict[tuple[str, int, str], tuple[int, int]]:
        """Write the rows of a child; the line of each value and of its row, by table, row and field."""
        lines: list[str] = []
        places: dict[tuple[str, int, str], tuple[int, int]] = {}
        for number in range(len(rows["header"])):
            opened = len(lines) + self._lines + 1
            lines += ["    <CHILD>", "        <HEADER>"]
            self._values("header", number, rows, lines, places, opened)
            if number == 0:
                self._groups(rows, lines, places, opened)
            lines.append("        </HEADER>")
            if number == 0:
                self._repeated("episodes", rows, lines, places, "        ")
            lines.append("    </CHILD>")
        self._write(lines)
        return places

    def finish(self) -> list[Path]:
        """Close the file and give it its name."""
        self._write([f"</{_ROOT}>"])
        self._stream.close()
        self._part.replace(self.path)
        return [self.path]

    def _groups(
        self,
        rows: dict[str, list[Row]],
        lines: list[str],
        places: dict[tuple[str, int, str], tuple[int, int]],
        opened: int,
    ) -> None:
        """What a child has at most one of stands in its header, the rest in elements that repeat."""
        for table in self._tables:
            if table in ("header", "episodes"):
                continue
            if self._own[table] != _CHILD:
                self._repeated(table, rows, lines, places, "            ")
            elif rows[table]:
                self._values(table, 0, rows, lines, places, opened)

    def _repeated(
        self,
        table: str,
        rows: dict[str, list[Row]],
        lines: list[str],
        places: dict[tuple[str, int, str], tuple[int, int]],
        indent: str,
    ) -> None:
        name = self._own[table].rpartition("/")[2]
        for number in range(len(rows[table])):
            opened = len(lines) + self._lines + 1
            lines.append(f"{indent}<{name}>")
            self._values(table, number, rows, lines, places, opened)
            lines.append(f"{indent}</{name}>")

    def _values(
        self,
        table: str,
        number: int,
        rows: dict[str, list[Row]],
        lines: list[str],
        places: dict[tuple[str, int, str], tuple[int, int]],
        opened: int,
    ) -> None:
        parent = _HEADER if self._own[table] == _CHILD else self._own[table]
        given = {field.path for field in self._tables["header"]} if table != "header" else set()
        indent = "    " * parent.count("/")
        for field in self._tables[table]:
            text = rows[table][number].get(field.name)
            # an id or a birth date on a row of the CSV is the header's own
            if text is not None and field.path not in given and field.path.rpartition("/")[0] == parent:
                name = field.path.rpartition("/")[2]
                lines.append(f"{indent}<{name}>{escape(text)}</{name}>")
                places[table, number, field.name] = (len(lines) + self._lines, opened)

    def _write(self, lines: list[str]) -> None:
        self._stream.write("\n".join(lines) + "\n")
        self._lines += len(lines)
