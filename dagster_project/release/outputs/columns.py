"""The columns of the open data: what each is taken from, and what DfE's metadata and ours say of it.

SQL here speaks of ``figure`` (a public table), ``measure``, ``area``, ``region`` and ``country`` (facts), and
of ``symbol``: what stands for the figure of a row that has none.
"""

from dataclasses import dataclass
from typing import Literal

#: DfE's levels; groups of authorities, which it does not know, are in the public DuckDB file.
LEVELS = ("National", "Regional", "Local authority")


@dataclass(frozen=True)
class Column:
    """A column of an open data file.

    ``kind``: ``place`` (time and area), ``filter``, ``indicator``, or ``words``, which stand in the data and
    not in the metadata. ``sql`` gives its cell. ``hint``, ``group`` (the column its items are grouped by) and
    ``default`` (the item shown first) are of filters; ``decimals`` of indicators.
    """

    name: str
    kind: Literal["place", "filter", "indicator", "words"]
    sql: str
    label: str
    hint: str = ""
    group: str = ""
    default: str = ""
    decimals: int | None = None


@dataclass(frozen=True)
class Table:
    """An open data file: its name, which is that of its public table, its title and its columns in order."""

    name: str
    title: str
    columns: tuple[Column, ...]


def _of(level: str, cell: str) -> str:
    return f"case when figure.geographic_level = '{level}' then {cell} end"


def _within_region(own: str, above: str) -> str:
    is_region, is_authority = (f"figure.geographic_level = '{level}'" for level in LEVELS[1:])
    return f"case when {is_region} then {own} when {is_authority} then {above} end"


def _number(name: str, label: str, decimals: str, missing: str = "x", most: int = 1) -> Column:
    """An indicator: a number, or a symbol.

    ``decimals`` is SQL that gives 0, 1 or 3, of which ``most`` is the largest. ``missing`` stands in a cell
    that is empty beside a figure.
    """
    cell = f"figure.{name}"
    # what rounds to nought from below is nought: no cell shows -0
    shown = " ".join(f"when {n} then format('{{:.{n}f}}', round({cell}, {n}) + 0.0)" for n in (0, 1, 3))
    sql = f"case when {cell} is null then coalesce(symbol, '{missing}') else case {decimals} {shown} end end"
    return Column(name, "indicator", sql, label, decimals=most)


def _count(name: str, label: str) -> Column:
    """Whole where it is a count, with one decimal where it is FTE."""
    return _number(name, label, f"case when figure.{name} = round(figure.{name}) then 0 else 1 end")


def _figure(name: str, label: str) -> Column:
    return _number(name, label, "measure.decimals")


_PLACE = (
    Column("time_period", "place", "figure.period", "Year the period ends in"),
    Column("time_identifier", "place", "'Reporting year'", "Kind of period"),
    Column("geographic_level", "place", "figure.geographic_level", "Level of the area"),
    Column("country_code", "place", "country.area_code_ons", "ONS code of the country"),
    Column("country_name", "place", "country.area_name", "Name of the country"),
    Column(
        "region_code",
        "place",
        _within_region("figure.area_code", "region.area_code"),
        "ONS code of the region; FIC is a region that does not exist",
    ),
    Column(
        "region_name", "place", _within_region("figure.area_name", "region.area_name"), "Name of the region"
    ),
    Column("old_la_code", "place", _of("Local authority", "figure.area_code"), "Three-digit code"),
    Column(
        "new_la_code",
        "place",
        _of("Local authority", "coalesce(figure.area_code_ons, area.area_code_ons, 'x')"),
        "ONS code of the authority; x where it has none",
    ),
    Column("la_name", "place", _of("Local authority", "figure.area_name"), "Name of the authority"),
)

_MEASURE = (
    Column("measure_id", "words", "figure.measure_id", "Key of the measure: M01 to M25 are the core set"),
    Column("measure", "filter", "measure.measure_name", "Measure", group="unit"),
    Column("unit", "words", "measure.unit", "Unit of the measure"),
    Column(
        "lane",
        "filter",
        "figure.lane",
        "Where the figure comes from",
        hint="published: as its publisher printed it; returned: worked out from returns",
        default="published",
    ),
)

_LIMITS = (
    _number("lower_95", "Lower limit of the 95% interval", "1", "z"),
    _number("upper_95", "Upper limit of the 95% interval", "1", "z"),
    _number("lower_998", "Lower limit of the 99.8% interval", "1", "z"),
    _number("upper_998", "Upper limit of the 99.8% interval", "1", "z"),
)

_COMPARABILITY = Column(
    "comparability", "words", "figure.comparability", "ok, or what it must not be compared with"
)

#: The files there can be, one for each public table.
TABLES = (
    Table(
        "core_outcome",
        "Core outcome measures for England, regions and authorities",
        (
            *_PLACE,
            *_MEASURE,
            _count("numerator", "Number counted"),
            _count("denominator", "Number it is counted out of"),
            _figure("value", "Figure, in the unit of its measure"),
            *_LIMITS,
            _COMPARABILITY,
        ),
    ),
    Table(
        "core_index",
        "Core outcome measures relative to a base period, base = 100",
        (
            *_PLACE,
            *_MEASURE,
            Column("base_period", "filter", "figure.base_period", "Base period", default="2014"),
            Column(
                "index_basis",
                "filter",
                "figure.index_basis",
                "What is indexed",
                hint="rate: as shown; rate_from_counts: count over population; count: the count alone",
                default="rate",
            ),
            _figure("value", "Figure, in the unit of its measure"),
            _figure("base_value", "Figure in the base period"),
            _number("index_value", "Index, base period = 100", "1"),
            *_LIMITS,
            _COMPARABILITY,
        ),
    ),
    Table(
        "core_comparison",
        "What the growth of each figure can bear, beside England",
        (
            *_PLACE,
            *_MEASURE,
            Column(
                "comparison",
                "filter",
                "figure.comparison",
                "Compared with",
                hint="previous: the period before it that has figures; base: a base period of the measure",
                default="previous",
            ),
            Column("from_period", "filter", "figure.from_period", "Earlier period"),
            _figure("value", "Figure, in the unit of its measure"),
            _figure("from_value", "Figure in the earlier period"),
            _figure("england_value", "England's figure"),
            _figure("region_value", "The region's figure"),
            _figure("neighbour_value", "The statistical neighbours' figure"),
            _number("growth", "Figure over the earlier figure", "3", most=3),
            _number("growth_against_rest", "Growth over that of the rest of England", "3", "z", most=3),
            _number("growth_against_rest_lower_95", "Its lower 95% limit", "3", "z", most=3),
            _number("growth_against_rest_upper_95", "Its upper 95% limit", "3", "z", most=3),
            Column("verdict", "words", "figure.verdict", "signal, watch, no_signal or cannot_tell"),
            Column("verdict_reason", "words", "figure.verdict_reason", "Why nothing can be told"),
            Column("sentence", "words", "figure.sentence", "The verdict in plain words"),
        ),
    ),
)
