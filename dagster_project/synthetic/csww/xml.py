"""The workforce census as XML: its shape from the dictionary, one element a line."""

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from dagster_project import dictionary
from dagster_project.dictionary import Field
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import Maker
from dagster_project.synthetic.csww.rows import Row, Vacancies
from dagster_project.synthetic.csww.values import below, maker

_RETURN, _REPEATED = "csww", "worker"
_NOTE = "<!-- Made up: no worker and no authority in this file exists. -->"


class Layout:
    """The layout of the census of one year, in the dictionary's order."""

    def __init__(self, year: int) -> None:
        self._tables = dictionary.tables(_RETURN)
        self._makers = {
            table.name: [(_steps(field), maker(field)) for field in _own(table.name, year)]
            for table in self._tables
        }
        self._root = self._tables[0].path.split("/")[1]

    def head(self, vacancies: Vacancies, census: Census) -> list[str]:
        """The lines before the first worker."""
        lines = ['<?xml version="1.0" encoding="utf-8"?>', _NOTE, f"<{self._root}>"]
        for table in self._tables:
            if table.parent is None and table.name != _REPEATED:
                row = census if table.name == "header" else vacancies
                lines += _nested(_texts(self._makers[table.name], row, census))
        return lines

    def worker(self, row: Row, census: Census) -> list[str]:
        """The lines of one row: its own elements, then those that may repeat."""
        texts = list(_texts(self._makers[_REPEATED], row, census))
        for table in self._tables:
            if table.parent == _REPEATED:
                for each in below(table.name, row, census):
                    texts += _texts(self._makers[table.name], each, census)
        return _nested(texts)

    def tail(self) -> list[str]:
        """The lines after the last worker."""
        return [f"</{self._root}>"]


def _own(table: str, year: int) -> list[Field]:
    found = dictionary.fields(_RETURN, table, year)
    return [field for field in found if not dictionary.field_taken_over(field)]


def _steps(field: Field) -> tuple[str, ...]:
    return tuple(field.path.split("/")[2:])


def _texts(
    makers: list[tuple[tuple[str, ...], Maker]], row: Any, census: Census
) -> Iterator[tuple[tuple[str, ...], str]]:
    for steps, make in makers:
        text = make(row, census)
        if text is not None:
            yield steps, text


def _nested(texts: Iterable[tuple[tuple[str, ...], str]]) -> list[str]:
    """The lines of elements given by the steps to them below the root; neighbours share their groups."""
    lines: list[str] = []
    inside: tuple[str, ...] = ()
    for (*groups, name), text in texts:
        lines += _move(inside, tuple(groups))
        inside = tuple(groups)
        lines.append(f"{_indent(len(inside))}<{name}>{escape(text)}</{name}>")
    return lines + _move(inside, ())


def _move(here: tuple[str, ...], there: tuple[str, ...]) -> list[str]:
    shared = next(
        (place for place, (a, b) in enumerate(zip(here, there, strict=False)) if a != b),
        min(len(here), len(there)),
    )
    closing = [f"{_indent(depth)}</{here[depth]}>" for depth in reversed(range(shared, len(here)))]
    return closing + [f"{_indent(depth)}<{there[depth]}>" for depth in range(shared, len(there))]


def _indent(depth: int) -> str:
    return "    " * (depth + 1)
