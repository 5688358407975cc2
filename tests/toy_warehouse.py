"""A warehouse small enough to be released in a moment: real columns and real facts, a handful of figures."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import yaml

from dagster_project.settings import Settings

ROOT = Path(__file__).parents[1]
FACTS = (
    "measures/measure",
    "measures/index_base",
    "measures/known_break",
    "measures/measure_part",
    "measures/disclosure_profile",
    "geography/area",
    "geography/statistical_neighbour",
    "codes/symbol",
    "dictionary/collection",
    "published/source",
)
_TYPES = {"string": "varchar", "int": "integer"}  # other types go by the same name in DuckDB
#: Of what was checked only ``submission`` has rows; the others are there, and empty.
QUALITY = tuple(sorted(file.stem for file in (ROOT / "models" / "quality").glob("*.yml")))
OUTCOMES = ("core_outcome", "core_index", "core_comparison")


def columns(schema: str, table: str) -> dict[str, dict[str, str]]:
    """The columns of a model as its contract has them, by name."""
    told = yaml.safe_load((ROOT / "models" / schema / f"{table}.yml").read_text(encoding="utf-8"))
    return {column["name"]: column for column in told["models"][0]["columns"]}


def figure(measure_id: str, area_code: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A row of ``core_outcome``, published, of 2024-25; ``more`` replaces what another has."""
    level = {"E": "Regional", "g": "Local authority group"}.get(area_code[0], "Local authority")
    row = {
        "measure_id": measure_id,
        "lane": "published",
        "geographic_level": "National" if area_code == "ENG" else level,
        "area_code": area_code,
        "area_name": f"Area {area_code}",
        "period": 2025,
        "value": value,
        "status": None if value is not None else "c",
        "comparability": "ok",
    }
    return row | more


def fill(connection: duckdb.DuckDBPyConnection, schema: str, table: str, rows: Iterable[dict]) -> None:
    """Makes a table anew with the columns of its model, and fills it."""
    types = {
        name: _TYPES.get(column["data_type"], column["data_type"])
        for name, column in columns(schema, table).items()
    }
    told = ", ".join(f"{name} {kind}" for name, kind in types.items())
    connection.execute(f"create or replace table {schema}.{table} ({told})")
    places = ", ".join("?" * len(types))
    for row in rows:
        assert row.keys() <= types.keys()
        connection.execute(
            f"insert into {schema}.{table} values ({places})", [row.get(name) for name in types]
        )


def build(
    file: Path,
    figures: Iterable[dict],
    submissions: Iterable[dict] = (),
    indices: Iterable[dict] = (),
    comparisons: Iterable[dict] = (),
) -> None:
    """Builds the warehouse: facts from the seeds, and rows of outcomes and submissions as given."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        for schema in ("core", "outcomes", "quality", "meta"):
            connection.execute(f"create schema if not exists {schema}")
        for fact in FACTS:
            name = fact.partition("/")[2]
            seed = ROOT / "seeds" / f"{fact}.csv"
            connection.execute(
                f"create or replace table meta.{name} as from read_csv(?, header = true)", [str(seed)]
            )
        for name, rows in zip(OUTCOMES, (figures, indices, comparisons), strict=True):
            fill(connection, "outcomes", name, rows)
        for name in QUALITY:
            fill(connection, "quality", name, submissions if name == "submission" else ())


def dbt_manifest(settings: Settings, **more: dict) -> None:
    """Writes what dbt would of the toy warehouse, as far as a release reads it."""
    tables = {("outcomes", name): columns("outcomes", name) for name in OUTCOMES}
    tables |= {("quality", name): columns("quality", name) for name in QUALITY}
    tables |= {("meta", fact.partition("/")[2]): {} for fact in FACTS}
    nodes = {
        f"model.ncd.{name}": {
            "resource_type": "model",
            "schema": schema,
            "name": name,
            "description": f"Rows of {name}.",
            "columns": {column: {"description": told["description"]} for column, told in held.items()},
        }
        for (schema, name), held in tables.items()
    }
    settings.compiled.mkdir(exist_ok=True)
    (settings.compiled / "manifest.json").write_text(json.dumps({"nodes": nodes | more}), encoding="utf-8")


def describe(home: Path) -> None:
    """Writes what a publication needs beside the warehouse: the manifest of dbt, and one suite."""
    dbt_manifest(Settings(home=home))
    (home / "suites").mkdir()
    expectation = {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}}
    suite = {"name": "core_outcome", "expectations": [expectation]}
    (home / "suites" / "core_outcome.json").write_text(json.dumps(suite))


def workspace(home: Path) -> Settings:
    """A workspace under ``home`` whose warehouse can be published, and which keeps two releases."""
    figures = [figure("M02", "302", 22.5, period=year) for year in range(2014, 2026)]
    build(home / "warehouse.duckdb", figures)
    describe(home)
    return Settings(home=home, keep_releases=2, site=False)
