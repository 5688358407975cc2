"""Which table of which return a sheet is: known by its headings, whatever it is called."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from dagster_project.dictionary import fields, folded, headings, tables
from dagster_project.returns.told import Extract

#: The returns that come as sheets of rows.
TABULAR = ("ssda903", "csww_aggregate", "annex_a", "pf1", "cafcass", "lait", "open_data")
LOCAL = "local"

_LOOKED_AT = 20  # rows, for that with the headings: titles and notes may stand above it
_NEAR = 3  # headings, for a table to be named as the nearest
_SHARED_BY = 2  # a heading that more tables of its return have than this tells nothing


@dataclass(frozen=True)
class Layout:
    """The headings of a table: the field for each, folded. ``telling`` are the fields that give it away."""

    return_id: str
    table: str
    headings: dict[str, str]
    telling: frozenset[str]
    extract: Extract | None = None


@dataclass(frozen=True)
class Match:
    """A sheet found to be a table: the row its headings stand in, and the field under each column or None."""

    layout: Layout
    row: int
    found: tuple[str | None, ...]


class Ambiguous(ValueError):
    """The headings fit several tables alike; their names are the arguments."""


def matched(rows: Sequence[Sequence[str | None]], layouts: Iterable[Layout], name: str) -> Match | None:
    """The table whose headings stand in one of the first ``rows``; None where no table's do.

    Of several that fit, that which fits best, then that whose name is part of the sheet's or file's ``name``.

    Raises:
        Ambiguous: that is no help either.
    """
    layouts = list(layouts)
    best: list[tuple[float, Layout, int]] = []
    for number, cells in enumerate(rows[:_LOOKED_AT]):
        present = {folded(cell) for cell in cells if cell} - {""}
        for layout in layouts:
            if fit := _fit(present, layout):
                best.append((fit, layout, number))
    if not best:
        return None
    highest = max(fit for fit, _, _ in best)
    leading = [(layout, number) for fit, layout, number in best if fit == highest]
    named = [each for each in leading if folded(each[0].table) in folded(name)]
    declared = [each for each in leading if each[0].extract]
    chosen = declared or named or leading
    if len({layout.table for layout, _ in chosen}) > 1:
        raise Ambiguous(*sorted(layout.table for layout, _ in chosen))
    layout, number = chosen[0]
    return Match(layout, number, tuple(_fields_under(rows[number], layout)))


def nearest(rows: Sequence[Sequence[str | None]], layouts: Iterable[Layout]) -> str | None:
    """In words, the table that comes nearest where none fits; None where nothing comes near."""
    best: tuple[int, Layout, set[str]] | None = None
    for cells in rows[:_LOOKED_AT]:
        present = {folded(cell) for cell in cells if cell}
        for layout in layouts:
            found = {layout.headings[heading] for heading in present if heading in layout.headings}
            if len(found) >= _NEAR and (best is None or len(found) > best[0]):
                best = len(found), layout, found
    if best is None:
        return None
    number, layout, found = best
    lacking = sorted(set(layout.headings.values()) - found)
    said = f"{layout.return_id} {layout.table} comes nearest, with {number} headings"
    return f"{said}, and lacks {', '.join(lacking[:_NEAR])}{' ...' if len(lacking) > _NEAR else ''}"


def _fit(present: set[str], layout: Layout) -> float:
    """How much of the headings and of the table agree, from 0 to 1; 0 where too little gives it away."""
    found = {layout.headings[heading] for heading in present if heading in layout.headings}
    if 2 * len(found & layout.telling) < len(layout.telling):
        return 0.0
    unknown = sum(heading not in layout.headings for heading in present)
    return len(found) / (len(set(layout.headings.values())) + unknown)


def _fields_under(cells: Sequence[str | None], layout: Layout) -> Iterable[str | None]:
    return (layout.headings.get(folded(cell)) if cell else None for cell in cells)


@cache
def declared() -> tuple[Layout, ...]:
    """The layouts of the dictionary."""
    return tuple(_layout(return_id, table.name) for return_id in TABULAR for table in tables(return_id))


def of_extract(extract: Extract) -> Layout:
    """The layout of a local extract: every heading that ``ncd.toml`` declares gives it away."""
    known = {folded(heading): name for heading, name in extract.columns.items()}
    return Layout(LOCAL, extract.table, known, frozenset(known.values()), extract)


def _layout(return_id: str, table: str) -> Layout:
    shared = _times_used(return_id)
    own = [field.name for field in fields(return_id, table)]
    telling = frozenset(name for name in own if shared[name] <= _SHARED_BY)
    return Layout(return_id, table, headings(return_id, table), telling)


@cache
def _times_used(return_id: str) -> Counter[str]:
    return Counter(field.name for table in tables(return_id) for field in fields(return_id, table.name))
