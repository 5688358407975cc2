"""Open data as DfE's explore education statistics takes them: ``<name>.csv`` with ``<name>.meta.csv``.

Tables are long: the measure is a filter, grouped by its unit. ``Reporting year`` is the one time identifier,
the year a period ends in, as DfE's own files of these returns have it. No cell of an indicator is blank: a
number stands in it, or the symbol that says why none does. Columns of words (verdicts, comparability) are in
the data and not in the metadata: DfE's table tool leaves them out, the download has them. Only the core
measures are here; the printed parts they are made of are in the public DuckDB file.

Source of the rules: https://dfe-analytical-services.github.io/analysts-guide/statistics-production/ud.html.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.release.errors import ReleaseError
from dagster_project.release.outputs.columns import LEVELS, TABLES, Column, Table
from dagster_project.release.warehouse import literal, quoted

FOLDER = "open_data"

#: The columns of DfE's metadata.
META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
    "filter_default",
)

#: DfE's symbol for each reason of ``meta.symbol``; what rounds to nought keeps its own, k or low.
_SYMBOL = """
    case symbol.reason
        when 'suppressed' then 'c'
        when 'not_applicable' then 'z'
        when 'low_reliability' then 'u'
        when 'rounds_to_zero' then figure.status
        else 'x'
    end
"""


def write(
    connection: duckdb.DuckDBPyConnection, folder: Path, public: Mapping[str, pa.Table]
) -> list[tuple[Table, Path]]:
    """Writes each public table as a pair of files.

    Args:
        connection: Has the public tables by their names, and the snapshot attached as ``core_dataset``.
        folder: The folder of the release.
        public: What may be published.

    Returns:
        The tables that were written, each with the file of its data.

    Raises:
        ReleaseError: a table cannot be written.
    """
    (folder / FOLDER).mkdir()
    written = []
    for table in TABLES:
        if table.name in public:
            data = folder / FOLDER / f"{table.name}.csv"
            try:
                connection.execute(
                    f"copy ({_rows(table, public[table.name])}) to {literal(str(data))} (header)"
                )
            except duckdb.Error as fault:  # its message may hold a value
                raise ReleaseError(f"{data.name} could not be written ({type(fault).__name__})") from None
            _write_meta(connection, table, data)
            written.append((table, data))
    return written


def _rows(table: Table, held: pa.Table) -> str:
    cells = ",\n".join(f"{column.sql} as {quoted(column.name)}" for column in table.columns)
    filters = [f"figure.{c.name}" for c in table.columns if c.kind == "filter" and c.name != "measure"]
    has_status = "status" in held.column_names
    symbol = f"case when figure.value is null then {_SYMBOL} end" if has_status else "null"
    joined = (
        "left join core_dataset.meta.symbol as symbol on figure.status = symbol.symbol" if has_status else ""
    )
    levels = ", ".join(map(literal, LEVELS))
    return f"""
        with told as (
            select figure.*, {symbol} as symbol
            from {quoted(table.name)} as figure
            {joined}
            where figure.geographic_level in ({levels})
        )

        select {cells}
        from told as figure
        inner join core_dataset.meta.measure as measure
            on figure.measure_id = measure.measure_id and measure.tier <> 'published'
        left join core_dataset.meta.area as area on figure.area_code = area.area_code
        left join core_dataset.meta.area as region on area.region_code = region.area_code
        cross join (from core_dataset.meta.area where geographic_level = 'National') as country
        order by
            measure.display_order,
            {", ".join(filters)},
            figure.period,
            list_position([{levels}], figure.geographic_level),
            figure.area_code
    """


def _write_meta(connection: duckdb.DuckDBPyConnection, table: Table, data: Path) -> None:
    filters = [column for column in table.columns if column.kind == "filter"]
    shown_first = _shown_first(connection, filters, data)
    with data.with_suffix(".meta.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, META, lineterminator="\n")
        sheet.writeheader()
        for column in table.columns:
            if column.kind == "filter":
                sheet.writerow(
                    {
                        "col_name": column.name,
                        "col_type": "Filter",
                        "label": column.label,
                        "filter_hint": column.hint,
                        "filter_grouping_column": column.group,
                        "filter_default": shown_first[column.name],
                    }
                )
            elif column.kind == "indicator":
                sheet.writerow(
                    {
                        "col_name": column.name,
                        "col_type": "Indicator",
                        "label": column.label,
                        "indicator_dp": column.decimals,
                    }
                )


def _shown_first(
    connection: duckdb.DuckDBPyConnection, filters: Sequence[Column], data: Path
) -> dict[str, str | None]:
    """The item of each filter that is shown first: measures, lanes and periods have no total to show."""
    items = [
        f"arg_min({quoted(each.name)}, ({quoted(each.name)} <> {literal(each.default)}, place))"
        for each in filters
    ]
    rows = "select *, row_number() over () as place from read_csv(?, header = true, all_varchar = true)"
    found = connection.execute(f"select {', '.join(items)} from ({rows})", [str(data)]).fetchone()
    assert found is not None  # one row, whatever there is
    return dict(zip((each.name for each in filters), found, strict=True))
