"""Tables of the reference pages in ``docs/``: what is measured or laid down there, told here from there."""

from collections.abc import Mapping
from typing import NamedTuple

from dagster_project.settings import ROOT

_PAGES = ROOT / "docs" / "reference"


class Table(NamedTuple):
    """A table under a heading, with the words before it."""

    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(page: str) -> Mapping[str, Table]:
    """The first table under each heading of a reference page, such as ``calibration.md``, without its marks.

    Raises:
        FileNotFoundError: there is no such page.
    """
    return {
        heading: table
        for part in (_PAGES / page).read_text(encoding="utf-8").split("\n## ")[1:]
        for heading, _, text in [part.partition("\n")]
        if (table := _table(text))
    }


def _table(text: str) -> Table | None:
    words, _, rest = text.partition("\n|")
    lines = [line for line in f"|{rest}".split("\n\n")[0].splitlines() if line.startswith("|")]
    if len(lines) < 3:
        return None
    head, _, *rows = (tuple(map(_plain, line.strip("|").split("|"))) for line in lines)
    return Table(" ".join(words.split()), head, tuple(rows))


def _plain(cell: str) -> str:
    return cell.strip().replace("*", "").replace("`", "")
