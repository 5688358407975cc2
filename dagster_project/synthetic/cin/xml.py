"""The census as XML: its shape from the dictionary, one element a line, one child at a time."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from dagster_project import dictionary
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import Maker
from dagster_project.synthetic.cin.rows import Rows, rows
from dagster_project.synthetic.cin.values import maker
from dagster_project.synthetic.lives import Child

_RETURN = "cin"

#: The table whose rows are written one by one; everything else a file holds fits in memory.
_STREAMED = "child"

_NOTE = "<!-- Made up: no child, no family and no authority in this file exists. -->"


@dataclass
class _Element:
    """An element of the file: a value, a group of elements, or (with ``rows``) one that repeats."""

    name: str
    depth: int
    parts: dict[str, "_Element"] = field(default_factory=dict)
    make: Maker | None = None
    rows: Rows | None = None
    opening: str = ""
    closing: str = ""

    def __post_init__(self) -> None:
        indent = "    " * self.depth
        self.opening, self.closing = f"{indent}<{self.name}>", f"{indent}</{self.name}>"

    def at(self, path: str) -> "_Element":
        """The element at a path below this one, made where it is missing."""
        found = self
        for name in path.split("/"):
            found = found.parts.setdefault(name, _Element(name, found.depth + 1))
        return found

    def write(self, row: object, census: Census, lines: list[str]) -> None:
        """Add the lines of this element and all inside it; an empty group leaves none."""
        if self.rows is not None:
            for each in self.rows(row, census):
                self.write_one(each, census, lines)
        else:
            self.write_one(row, census, lines)

    def write_one(self, row: object, census: Census, lines: list[str]) -> None:
        """Add the lines of one occurrence."""
        if self.make is not None:
            text = self.make(row, census)
            if text is not None:
                lines.append(f"{self.opening}{escape(text)}</{self.name}>")
            return
        start = len(lines)
        lines.append(self.opening)
        for part in self.parts.values():
            part.write(row, census, lines)
        if len(lines) > start + 1:
            lines.append(self.closing)
        else:
            lines.pop()


class Layout:
    """The layout of the census of one year, in the dictionary's order."""

    def __init__(self, year: int) -> None:
        root = _Element("", -1)
        for table in dictionary.tables(_RETURN):
            fields = dictionary.fields(_RETURN, table.name, year)
            own = [each for each in fields if not dictionary.field_taken_over(each)]
            if own:
                repeats = root.at(table.path[1:])
                repeats.rows = rows(table.name, own[0].code_list)
            for each in own:
                root.at(each.path[1:]).make = maker(each)
        (self._root,) = root.parts.values()
        (streamed,) = (table for table in dictionary.tables(_RETURN) if table.name == _STREAMED)
        self._child = root.at(streamed.path[1:])
        self._group = root.at(streamed.path[1:].rpartition("/")[0])

    def head(self, census: Census) -> list[str]:
        """The lines before the first child."""
        lines = ['<?xml version="1.0" encoding="utf-8"?>', _NOTE, self._root.opening]
        for part in self._root.parts.values():
            if part is not self._group:
                part.write(census, census, lines)
        return [*lines, self._group.opening]

    def child(self, child: Child, census: Census) -> list[str]:
        """The lines of one child."""
        lines: list[str] = []
        self._child.write_one(child, census, lines)
        return lines

    def tail(self) -> list[str]:
        """The lines after the last child."""
        return [self._group.closing, self._root.closing]
