"""Small tables to publish: counts of a few areas, in the columns of the warehouse."""

from collections.abc import Callable

import polars as pl
import pyarrow as pa
import pytest

from dagster_project.dictionary.reading import rows
from dagster_project.statistics import intervals
from dagster_project.statistics.telling import SCHEMA

TEXT, WHOLE, NUMBER = pl.String, pl.Int32, pl.Float64
LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
WHOSE = {"geographic_level": TEXT, "area_code": TEXT, "period": WHOLE}
OUTCOME = {
    "measure_id": TEXT,
    "lane": TEXT,
    **WHOSE,
    **dict.fromkeys(["numerator", "denominator", "value"], NUMBER),
    **dict.fromkeys(["unit", "status", "comparability", "value_basis"], TEXT),
    **dict.fromkeys(["recomputed_value", *LIMITS], NUMBER),
    "interval_method": TEXT,
}
INDEX = {
    "measure_id": TEXT,
    "lane": TEXT,
    **WHOSE,
    "base_period": WHOLE,
    "index_basis": TEXT,
    **dict.fromkeys(["value", "base_value", "index_value"], NUMBER),
    "status": TEXT,
    **dict.fromkeys(LIMITS, NUMBER),
    "interval_method": TEXT,
}
MEASURES = {row["measure_id"]: row for row in rows("measures/measure.csv")}
LEVELS = {row["area_code"]: row["geographic_level"] for row in rows("geography/area.csv")}


def figure(measure, area, period, numerator, denominator, lane="returned", **changed):
    """A row of core_outcome with all that follows from its counts; a count of None is withheld."""
    row = {"measure_id": measure, "lane": lane, "area_code": area, "period": period}
    row["geographic_level"] = LEVELS.get(area, "Local authority group")
    row |= {"numerator": numerator, "denominator": denominator, "unit": MEASURES[measure]["unit"]}
    kind, scale = MEASURES[measure]["kind"], float(MEASURES[measure]["scale"])
    if numerator is None or denominator is None:
        row["status"] = "c"
    elif denominator:
        row["value"] = row["recomputed_value"] = scale * numerator / denominator
        row["value_basis"] = "computed"
        for name, level in (("95", 0.95), ("998", 0.998)):
            if kind == "proportion":
                limits = intervals.wilson(numerator, denominator, level)
            elif kind.endswith("count_rate"):
                limits = intervals.rate(numerator, denominator, 1, level)
            else:
                continue
            row["interval_method"] = "some"
            row |= {f"{side}_{name}": scale * float(getattr(limits, side)) for side in ("lower", "upper")}
    return row | changed


def table(found, schema):
    return pl.DataFrame(found, schema=schema, orient="row").to_arrow()


@pytest.fixture(scope="session")
def made() -> Callable[..., dict[str, pa.Table]]:
    """The three tables of some figures, each given as measure, area, period, numerator, denominator."""

    def tables(figures, index=(), comparison=()):
        rows_of = [each if isinstance(each, dict) else figure(*each) for each in figures]
        return {
            "core_outcome": table(rows_of, OUTCOME),
            "core_index": table(list(index), INDEX),
            "core_comparison": table(list(comparison), SCHEMA),
        }

    return tables
