"""``core_dataset.xlsx``: the core measures to filter and read, one table a sheet, a sheet of notes first.

It holds what a person reads: the core set, the index to its main bases, and what can be said of the newest
figures. The open data have everything. Plain cells only: no formula, no merged cell, nothing fetched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import xlsxwriter  # type: ignore[import-untyped]

from dagster_project.dictionary import harmless
from dagster_project.release.errors import ReleaseError
from dagster_project.release.manifest import Release
from dagster_project.release.outputs.data_package import LICENCE

FILE = "core_dataset.xlsx"

#: A sheet holds 1,048,576 rows; what does not fit is said on the last of them.
MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class _Sheet:
    name: str
    title: str
    needs: str | None  # the public table it shows
    sql: str


_CORE = """
    inner join core_dataset.meta.measure as measure
        on figure.measure_id = measure.measure_id and measure.tier <> 'published'
"""

_SHEETS = (
    _Sheet(
        "Measures",
        "The measures and how each is defined",
        None,
        """
        select measure_id, measure_name, tier, unit, numerator, denominator, definition, caution
        from core_dataset.meta.measure
        order by display_order
        """,
    ),
    _Sheet(
        "Figures",
        "The core measures, every period",
        "core_outcome",
        f"""
        select
            figure.measure_id,
            measure.measure_name,
            figure.lane,
            figure.geographic_level,
            figure.area_code,
            figure.area_name,
            figure.period,
            figure.numerator,
            figure.denominator,
            figure.value,
            figure.unit,
            figure.status,
            figure.comparability,
            figure.lower_95,
            figure.upper_95
        from core_outcome as figure
        {_CORE}
        order by measure.display_order, figure.lane, figure.area_code, figure.period
        """,
    ),
    _Sheet(
        "Index",
        "The core measures relative to their main base period, base = 100",
        "core_index",
        f"""
        select
            figure.measure_id,
            measure.measure_name,
            figure.lane,
            figure.geographic_level,
            figure.area_code,
            figure.area_name,
            figure.base_period,
            figure.period,
            figure.index_value,
            figure.status,
            figure.comparability,
            figure.lower_95,
            figure.upper_95
        from core_index as figure
        {_CORE}
        inner join core_dataset.meta.index_base as base
            on figure.measure_id = base.measure_id and figure.base_period = base.base_period and base.is_main
        where figure.index_basis = 'rate'
        order by measure.display_order, figure.lane, figure.area_code, figure.period
        """,
    ),
    _Sheet(
        "Comparisons",
        "What the newest figures can bear: their growth beside that of England",
        "core_comparison",
        f"""
        select
            figure.measure_id,
            measure.measure_name,
            figure.lane,
            figure.geographic_level,
            figure.area_code,
            figure.area_name,
            figure.from_period,
            figure.period,
            figure.from_value,
            figure.value,
            figure.england_value,
            figure.region_value,
            figure.neighbour_value,
            figure.verdict,
            figure.verdict_reason,
            figure.sentence
        from core_comparison as figure
        {_CORE}
        qualify figure.period = max(figure.period) over (partition by figure.measure_id, figure.lane)
        order by measure.display_order, figure.lane, figure.area_code, figure.from_period
        """,
    ),
)

_WIDE = {
    "what": 24,
    "is": 100,
    "measure_name": 44,
    "area_name": 28,
    "definition": 90,
    "numerator": 18,
    "denominator": 18,
    "sentence": 110,
    "caution": 60,
}


def write(connection: duckdb.DuckDBPyConnection, release: Release, public: Mapping[str, pa.Table]) -> None:
    """Writes the workbook into the folder of a release; the same release gives the same bytes.

    Args:
        connection: Has the public tables by their names, and the snapshot attached as ``core_dataset``.
        release: The release.
        public: What may be published.

    Raises:
        ReleaseError: a table cannot be read.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(release.path),
    }
    with xlsxwriter.Workbook(str(release.path / FILE), options) as book:
        book.set_properties({"title": "The national core dataset", "created": release.created_at})
        _Writer(book, "Notes", "The national core dataset", ("what", "is")).write(_notes(connection, release))
        for sheet in _SHEETS:
            if sheet.needs is None or sheet.needs in public:
                _write_sheet(connection, book, sheet)


def _write_sheet(connection: duckdb.DuckDBPyConnection, book: xlsxwriter.Workbook, sheet: _Sheet) -> None:
    try:
        found = connection.execute(sheet.sql)
        writer = _Writer(book, sheet.name, sheet.title, [column[0] for column in found.description or []])
        while rows := found.fetchmany(10_000):
            writer.write(rows)
    except duckdb.Error as fault:  # its message may hold a value
        raise ReleaseError(f"sheet {sheet.name} could not be written ({type(fault).__name__})") from None


def _notes(connection: duckdb.DuckDBPyConnection, release: Release) -> list[tuple[str, str]]:
    notes = [
        (
            "what this is",
            "Outcome measures of children's social care in England, by authority, region and year",
        ),
        ("release", release.release_id),
        ("made on", f"{release.created_at:%d %B %Y}"),
    ]
    if release.as_of:
        notes.append(("as known on", f"{release.as_of:%d %B %Y at %H:%M} UTC"))
    notes += [
        ("licence", f"{LICENCE['title']}, {LICENCE['path']}"),
        ("made up", "Authorities and regions marked fictional do not exist; their figures are made up"),
        ("period", "The year a period ends in: 2025 is 2024-25, or the year to 30 September 2025"),
        ("lane", "published: as its publisher printed it. returned: worked out from returns"),
        ("status", "Where there is no figure, the symbol that says why"),
        ("comparability", "ok, or what a figure must not be compared with"),
        ("everything else", "All measures, periods and bases are in the folder open_data"),
    ]
    symbols = connection.execute(
        "select symbol, meaning from core_dataset.meta.symbol order by symbol"
    ).fetchall()
    notes += [(f"symbol {symbol}", meaning) for symbol, meaning in symbols]
    sheets = [(f"sheet {sheet.name}", sheet.title) for sheet in _SHEETS]
    return notes + sheets


class _Writer:
    """A sheet with its title in the first row, headings in the second, and rows below."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, title: str, columns: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._bold = book.add_format({"bold": True})
        self._row = 1
        self._last = max(len(columns) - 1, 0)
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, _WIDE.get(column, 16))
        self._sheet.write_string(0, 0, title, self._bold)
        for place, column in enumerate(columns):
            self._sheet.write_string(1, place, column.replace("_", " "), self._bold)
        self._sheet.freeze_panes(2, 0)
        self._sheet.autofilter(1, 0, MOST_ROWS, self._last)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Adds rows; a cell without a value stays empty."""
        for row in rows:
            if self._row > MOST_ROWS:
                return
            self._row += 1
            if self._row > MOST_ROWS:
                self._sheet.write_string(self._row, 0, "more rows than a sheet holds: open_data has them all")
                return
            for place, cell in enumerate(row):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    self._sheet.write_number(self._row, place, cell)
                elif cell is not None:
                    self._sheet.write_string(self._row, place, harmless(str(cell)))
