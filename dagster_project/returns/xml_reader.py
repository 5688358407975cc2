"""A streaming reader of XML returns, driven by the dictionary.

What is merely odd, an unknown element or one too many, is noticed and never stops the read. Names come from
the file: only those that look like an element's are kept, and of a value nothing is.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from dagster_project.dictionary.arrow import VIOLATION
from dagster_project.returns.ancestry import with_values_taken_over
from dagster_project.returns.layout import layout, with_guests
from dagster_project.returns.reading import EXPORT_AGAIN, UnreadableFile
from dagster_project.returns.source import Source
from dagster_project.returns.xml_stream import fed, parser_for

MOST_DEPTH = 100
MOST_TEXT = 64 * 1024  # in one element; the longest lawful value has some thirty characters
MOST_NOTICES = 100_000
_SETTLED_AT = 50_000

_NAME = re.compile(r"[A-Za-z_][\w.-]{0,60}", re.ASCII)


def read_tables(file: Source, return_id: str) -> tuple[dict[str, pa.Table], pa.Table]:
    """Every table of the return in ``file``, and what was noticed on the way.

    Raises:
        UnreadableFile: not well-formed, cut short, hostile, or another kind of document.
    """
    element, tables = layout(return_id)
    parser = parser_for(file)
    buffer: list[str] = []
    notices: list[tuple[str | None, int | None, int, str | None, str]] = []
    depth = 0

    def start(name: str, _attributes: list) -> None:
        nonlocal element
        below = element.find(name) or element.find(name.rpartition(":")[2])
        if below is None:
            pass_over(name)
            return
        if buffer:
            if len(buffer) > 1 or not buffer[0].isspace():
                stray()
            buffer.clear()
        element = below
        opened = below.opens
        if opened is not None:
            above = opened.above
            opened.open.append([above.count() if above else None, parser.CurrentLineNumber, *opened.blank])
        if below.keeps is not None:
            below.had = below.keeps.count()

    def end(_name: str) -> None:
        nonlocal element
        if buffer:
            if element.field is not None:
                text = (buffer[0] if len(buffer) == 1 else "".join(buffer)).strip()
                if text:
                    row = element.open[-1]
                    if row[element.column] is None:
                        row[element.column] = text
                    else:
                        notice("repeated_element", element.field)
            elif len(buffer) > 1 or not buffer[0].isspace():
                stray()
            buffer.clear()
        kept = element.keeps
        if kept is not None and kept.count() == element.had and kept.above:
            kept.open.append([kept.above.count(), parser.CurrentLineNumber, *kept.blank])
        element = element.above  # type: ignore[assignment] # what ends had begun

    def notice(check: str, name: str | None) -> None:
        rows = element.rows
        if len(notices) < MOST_NOTICES:
            place = (rows.name, rows.count()) if rows else (None, None)
            notices.append((*place, parser.CurrentLineNumber, name, check))
        elif len(notices) == MOST_NOTICES:
            notices.append((None, None, parser.CurrentLineNumber, None, "more_notices_not_listed"))

    def stray() -> None:
        if "".join(buffer).strip():
            notice("stray_text", element.name)

    def pass_over(name: str) -> None:
        nonlocal depth
        if not element.above:
            fault = (
                f"line {parser.CurrentLineNumber}: the outermost element is not {' or '.join(element.below)}"
            )
            raise UnreadableFile(file, fault, f"check that it is a {return_id.upper()} return")
        local = name.rpartition(":")[2]
        notice("unknown_element", local if _NAME.fullmatch(local) else None)
        depth = 1
        parser.StartElementHandler, parser.EndElementHandler = deeper, shallower
        parser.CharacterDataHandler = None

    def deeper(_name: str, _attributes: list) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            fault = f"line {parser.CurrentLineNumber} nests elements more than {MOST_DEPTH} deep"
            raise UnreadableFile(file, fault, EXPORT_AGAIN)

    def shallower(_name: str) -> None:
        nonlocal depth
        depth -= 1
        if not depth:
            listen()

    def listen() -> None:
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = buffer.append

    listen()
    with _no_collection():
        for _ in fed(file, parser):
            if sum(map(len, buffer)) > MOST_TEXT:
                fault = f"line {parser.CurrentLineNumber} holds a text of more than {MOST_TEXT:,} characters"
                raise UnreadableFile(file, fault, EXPORT_AGAIN)
            for rows in tables.values():
                if len(rows.open) > _SETTLED_AT:
                    rows.settle()
        read = with_values_taken_over(return_id, with_guests(return_id, tables))
    columns = zip(*notices, strict=True) if notices else [[] for _ in VIOLATION]
    return read, pa.table([list(column) for column in columns], schema=VIOLATION)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the garbage collector: it would walk all rows again and again and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
