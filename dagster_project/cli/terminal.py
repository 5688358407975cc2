"""What the commands share: the command itself, where they print, and how they end."""

import sys
from collections.abc import Iterable
from typing import NoReturn

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(
    name="ncd",
    help="The national core dataset: returns in, one small comparable set of outcome measures out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_table(columns: list[str], rows: list[tuple]) -> None:
    """A table on a terminal; tab-separated lines for another program."""
    if not out.is_terminal:
        for row in [tuple(columns), *rows]:
            sys.stdout.write("\t".join("" if cell is None else str(cell) for cell in row) + "\n")
        return
    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)


def warn(lines: Iterable[str]) -> None:
    """Say each on a line of its own."""
    for line in lines:
        out.print(f"  warning: {line.removeprefix('warning: ')}", markup=False)


def stop(line: str, code: int) -> NoReturn:
    """End the command with one line, and with ``code`` as its exit status."""
    err.print(f"ncd: {line}", markup=False)
    raise SystemExit(code)
