"""What the pages of the demonstration's site tell to programs."""

import duckdb
from lxml import html


def column(connection: duckdb.DuckDBPyConnection, sql: str) -> list:
    """The first column of an answer."""
    return [row[0] for row in connection.execute(sql).fetchall()]


def numbers(row: html.HtmlElement, name: str = "value") -> list[float | None]:
    """What the cells of a row hold for programs: None for a cell that says why it has no number."""
    cells = row.xpath("td[contains(@class, 'number')]")
    told = (cell.xpath(f"(@data-{name} | .//@data-{name})") for cell in cells)
    return [float(each[0]) if each else None for each in told]


def is_same(told: float | None, meant: float | None) -> bool:
    """Whether a page tells a number of a table, to the tenth digit: as many as it has for programs."""
    return told is None if meant is None else told == float(f"{meant:.10g}")
