"""DfE's rules for open data files, checked as its own screener does; each finding is a line of words.

Source: the open data standards of DfE's analysts' guide, and the screener DfE runs on what it publishes.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SYMBOLS = {"c", "k", "low", "u", "x", "z"}
OBSOLETE = {":", "~", "-", ".", "..", "N/A", "n/a", "NA", "NULL", "Null", "null", "nan", "inf", "-inf", "-0"}
PLACE = {
    "National": ("country_code", "country_name"),
    "Regional": ("country_code", "country_name", "region_code", "region_name"),
    "Local authority": (
        "country_code",
        "country_name",
        "region_code",
        "region_name",
        "old_la_code",
        "new_la_code",
        "la_name",
    ),
}
GEOGRAPHY = PLACE["Local authority"]
MANDATORY = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)
UNITS = {"", "%", "£", "£m", "pp", "numberstring"}
FOUR_DIGITS = {"Calendar year", "Reporting year"}
CODES = {
    "country_code": r"E92000001",
    "region_code": r"E1[23]\d{6}|FIC",  # FIC: the region that does not exist
    "old_la_code": r"\d{3}( / \d{3})?",  # two where authorities send one return
    "new_la_code": r"E\d{8}( / E\d{8})?|x",
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_MOST_CHARACTERS = {"col_name": 50, "label": 80, "item": 120}


def broken(data: Path) -> list[str]:
    """What is wrong with a data file and the metadata beside it; nothing where it may be published."""
    meta = data.with_suffix(".meta.csv")
    (columns, rows), (meta_columns, lines) = _read(data), _read(meta)
    shape = {*_of_bytes(data), *_of_bytes(meta), *_of_columns(columns, meta_columns)}
    # what has not its columns is not looked at cell by cell
    return sorted(shape or {*_of_meta(columns, lines)} or {*_of_rows(rows, lines)})


def _read(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened, strict=True)
        return list(reader.fieldnames or []), list(reader)


def _of_bytes(file: Path) -> Iterator[str]:
    content = file.read_bytes()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield f"{file.name}: not UTF-8"
    if b"\x00" in content:
        yield f"{file.name}: holds NUL"
    if not re.fullmatch(r"[a-z0-9_]+(\.meta)?\.csv", file.name):
        yield f"{file.name}: a name of small letters, digits and underscores alone"


def _of_columns(columns: list[str], meta_columns: list[str]) -> Iterator[str]:
    for name, count in Counter(columns).items():
        if count > 1 or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield f"column {name}: repeated, or not in snake_case"
    for name in {*MANDATORY, *GEOGRAPHY} - set(columns):
        yield f"column {name}: missing"
    if tuple(columns[:3]) != MANDATORY[:3]:
        yield "time and level do not come first"
    if not set(META) <= set(meta_columns):
        yield "metadata: a column is missing"


def _of_rows(rows: list[dict[str, str]], meta: list[dict[str, str]]) -> Iterator[str]:
    filters = [line["col_name"] for line in meta if line["col_type"] == "Filter"]
    indicators = [line["col_name"] for line in meta if line["col_type"] == "Indicator"]
    groups = [line["filter_grouping_column"] for line in meta if line["filter_grouping_column"]]
    yield from _of_time(rows)
    for row in rows:
        yield from _of_place(row)
        yield from _of_cells(row, [*filters, *groups], indicators)
    keys = Counter(tuple(row[name] for name in (*MANDATORY, *GEOGRAPHY, *filters)) for row in rows)
    if repeated := sum(count > 1 for count in keys.values()):
        yield f"{repeated} rows of the same time, place and filters stand more than once"
    for line in meta:
        if line["col_type"] == "Filter" and rows:
            yield from _of_filter(line, {row[line["col_name"]] for row in rows})
    codes = {(row["old_la_code"], row["la_name"], row["region_code"]) for row in rows if row["old_la_code"]}
    if len(codes) != len({code for code, *_ in codes}):
        yield "an authority has two names or two regions"


def _of_meta(columns: list[str], meta: list[dict[str, str]]) -> Iterator[str]:
    for name, count in Counter(line["label"] for line in meta).items():
        if count > 1 or not name or len(name) > _MOST_CHARACTERS["label"]:
            yield f"label '{name}': empty, repeated or too long"
    for line in meta:
        name, is_filter = line["col_name"], line["col_type"] == "Filter"
        if name not in columns or len(name) > _MOST_CHARACTERS["col_name"]:
            yield f"metadata: {name} is no column of the data, or too long"
        if name in {*MANDATORY, *GEOGRAPHY}:
            yield f"metadata: {name} is a place, not a filter or an indicator"
        if line["col_type"] not in ("Filter", "Indicator"):
            yield f"metadata: {name} is neither Filter nor Indicator"
        if is_filter and any(line[f"indicator_{part}"] for part in ("grouping", "unit", "dp")):
            yield f"metadata: the filter {name} says what only indicators say"
        if not is_filter and (line["filter_hint"] or line["filter_grouping_column"]):
            yield f"metadata: the indicator {name} says what only filters say"
        if not is_filter and not line["indicator_dp"].isdigit():
            yield f"metadata: {name} has no number of decimals"
        if line["indicator_unit"] not in UNITS:
            yield f"metadata: {line['indicator_unit']} is no unit"
        if line["filter_grouping_column"] and line["filter_grouping_column"] not in columns:
            yield f"metadata: {name} is grouped by a column that is not there"


def _of_time(rows: list[dict[str, str]]) -> Iterator[str]:
    identifiers = {row["time_identifier"] for row in rows}
    if len(identifiers) > 1:
        yield "more than one time identifier"
    digits = 4 if identifiers <= FOUR_DIGITS else 6
    for period in {row["time_period"] for row in rows}:
        if not re.fullmatch(rf"\d{{{digits}}}", period):
            yield f"time_period {period}: {digits} digits are due"
        elif digits == 6 and int(period[4:]) != (int(period[:4]) + 1) % 100:
            yield f"time_period {period}: years that do not follow each other"


def _of_place(row: dict[str, str]) -> Iterator[str]:
    level = row["geographic_level"]
    if level not in PLACE:
        yield f"{level} is no level"
        return
    for name in GEOGRAPHY:
        if bool(row[name]) != (name in PLACE[level]):
            yield f"{name} is {'filled' if row[name] else 'blank'} in a row of level {level}"
        elif row[name] and name in CODES and not re.fullmatch(CODES[name], row[name]):
            yield f"{name}: {row[name]} is no such code"
        elif row[name].lower() in ("total", "all"):
            yield f"{name}: a place is never a total"


def _of_cells(row: dict[str, str], filters: list[str], indicators: list[str]) -> Iterator[str]:
    if None in row or None in row.values():
        yield "a row has more cells or fewer than there are columns"
        return
    for name, cell in row.items():
        if cell in OBSOLETE:
            yield f"{name}: the symbol {cell} is obsolete"
        if cell != cell.strip():
            yield f"{name}: white space around a cell"
    for name in filters:
        if not row[name] or len(row[name]) > _MOST_CHARACTERS["item"]:
            yield f"{name}: an item is blank or too long"
    for name in indicators:
        if row[name] not in SYMBOLS and not _NUMBER.fullmatch(row[name]):
            yield f"{name}: '{row[name]}' is neither number nor symbol"


def _of_filter(line: dict[str, str], items: set[str]) -> Iterator[str]:
    """A filter has a total, or says which item stands for it: measures and periods do not add up."""
    if "Total" not in items and line.get("filter_default") not in items:
        yield f"{line['col_name']}: neither a Total nor a default among its items"
