"""The gates on a warehouse as it is built: what is whole passes, and each fault planted in it is found."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.release import gates
from dagster_project.release.gates.profile import beside, profiled
from dagster_project.release.warehouse import RELEASED, Warehouse
from dagster_project.settings import SUITES

DAY = date(2026, 4, 1)
#: About six rows in ten, the same ones each time.
SIX_IN_TEN = "hash(rowid) % 10 < 6"


@pytest.fixture(scope="module")
def warehouse(demo) -> Iterator[Warehouse]:
    """The demonstration's warehouse, copied so that faults can be planted in it."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{demo / 'warehouse.duckdb'}' as built (read_only)")
        connection.execute("attach ':memory:' as warehouse")
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = 'built' and list_contains(?, schema_name)",
            [list(RELEASED)],
        ).fetchall():
            connection.execute(f"create schema if not exists warehouse.{schema}")
            connection.execute(f"create table warehouse.{schema}.{table} as from built.{schema}.{table}")
        connection.execute("detach built")
        yield Warehouse(connection)


@contextmanager
def planted(warehouse: Warehouse, *faults: str) -> Iterator[None]:
    """The warehouse with faults, each ``table: statement``; whole again afterwards."""
    tables = [fault.split(":")[0] for fault in faults]
    execute = warehouse.connection.execute
    execute("create schema if not exists spare; use warehouse")
    for table in tables:
        execute(f"create table memory.spare.{table.replace('.', '_')} as from {table}")
    try:
        for fault in faults:
            execute(fault.split(": ", 1)[1])
        execute("use memory")
        yield
    finally:
        execute("use warehouse")
        for table in tables:
            execute(f"create or replace table {table} as from memory.spare.{table.replace('.', '_')}")
            execute(f"drop table memory.spare.{table.replace('.', '_')}")
        execute("use memory")


def only(folder: Path, *names: str) -> Path:
    """A folder with the suites of some tables alone."""
    for name in names:
        for file in SUITES.glob(f"{name}.*"):
            shutil.copy(file, folder)
    return folder


def test_the_demonstration_passes_every_gate(warehouse, release):
    judgement = gates.judge(warehouse, before=release / "core_dataset.duckdb", today=DAY)
    assert [failure.line for failure in judgement.failures if failure.severity == "critical"] == []
    assert len({result.suite for result in judgement.results}) > 50
    assert judgement.is_compared


def test_published_figures_alone_pass_every_gate(warehouse):
    """As of a workspace in which nobody has sent anything yet."""
    published = {"core_published_figure", "core_area", "restatement", "unplaced_area"}
    worked_out = {"outcome_returned", "outcome_counted", "core_total"}
    faults = []
    for schema, table in warehouse.tables:
        columns = warehouse.connection.execute(
            "select column_name from duckdb_columns() where database_name = 'warehouse' and table_name = ?",
            [table],
        ).fetchall()
        if ("lane",) in columns:
            faults.append(f"{schema}.{table}: delete from {schema}.{table} where lane = 'returned'")
        elif table in worked_out or (schema in ("core", "quality") and table not in published):
            faults.append(f"{schema}.{table}: truncate {schema}.{table}")
    assert len(faults) > 25
    with planted(warehouse, *faults):
        judgement = gates.judge(warehouse, today=DAY)
    assert [failure.line for failure in judgement.failures if failure.severity == "critical"] == []
    assert {"core_referral", "reconciliation", "core_comparison"} <= {
        result.suite for result in judgement.results if result.what == "nothing sent"
    }


def test_what_must_not_be_empty_is_told_when_it_is(warehouse):
    faults = [f"{schema}.{table}: truncate {schema}.{table}" for schema, table in warehouse.tables]
    with planted(warehouse, *faults):
        judgement = gates.judge(warehouse, today=DAY)
    said = {failure.full_name for failure in judgement.failures if failure.severity == "critical"}
    assert said >= {
        "core_outcome.england_in_range",
        "core_index.england",
        "core_published_figure.sources",
        "core_area.authorities",
        "core_population.england",
        "release.reference_data",
    }
    assert "could not run" not in {result.what for result in judgement.results}


def test_no_profile_grows_with_the_number_of_children(warehouse):
    with beside(warehouse, None, DAY):
        rows = {
            file.stem: len(profiled(warehouse, gates.read(file)))
            for file in SUITES.glob("*.json")
            if file.stem.startswith("core_")
        }
    records = {name: rows[name] for name in ("core_referral", "core_child", "core_assessment")}
    assert max(records.values()) <= 6  # authorities of the demonstration
    assert max(rows.values()) < 10_000


FAULTS = {
    "a share and not a percentage": (
        {"core_outcome.england_in_range", "core_outcome.authorities_in_range"},
        "outcomes.core_outcome: update outcomes.core_outcome set value = value / 100"
        " where measure_id = 'M02'",
    ),
    "a sentinel read as a number": (
        {"core_outcome.not_negative"},
        "outcomes.core_outcome: update outcomes.core_outcome set value = -1"
        " where measure_id = 'M06' and area_code = '302' and lane = 'published'",
    ),
    "a year of England lost": (
        {"core_outcome.england_every_year", "core_outcome.kept"},
        "outcomes.core_outcome: delete from outcomes.core_outcome where measure_id = 'M05' and period = 2020",
    ),
    "half of the authorities lost": (
        {"core_outcome.M02_authorities", "core_outcome.kept"},
        "outcomes.core_outcome: delete from outcomes.core_outcome"
        " where measure_id = 'M02' and period = 2024 and area_code between '800' and '999'",
    ),
    "a table cut short": (
        {"release.half_is_there", "release.nine_tenths_are_there"},
        f"core.core_referral: delete from core.core_referral where {SIX_IN_TEN}",
    ),
    "a default date": (
        {"core_referral.not_all_on_one_day"},
        f"core.core_referral: update core.core_referral set referral_date = '2020-06-01' where {SIX_IN_TEN}",
    ),
    "a return under the wrong year": (
        {"core_referral.after_its_year", "core_referral.few_after_its_year"},
        "core.core_referral: update core.core_referral"
        " set last_collection_year = 2020, first_collection_year = 2020",
    ),
    "a code of sex misread": (
        {"core_child.boys"},
        "core.core_child: update core.core_child set sex_code = 'M'",
    ),
    "a part sent in place of the whole": (
        {"submission.resubmitted_whole", "submission.as_much_as_the_year_before"},
        "quality.submission: update quality.submission set n_rows = n_rows * 0.3"
        " where return_id = 'cin' and collection_year = 2025 and la_code = '996'",
    ),
    "figures that no longer agree": (
        {"reconciliation.mostly_agree", "reconciliation.agree"},
        "quality.reconciliation: insert into quality.reconciliation by name"
        " select 'M06' as measure_id, 'differs' as verdict, 1.0 as published_value from range(120)",
    ),
    "one authority far out of the ordinary": (
        {"core_comparison.ordinary_movement"},
        "outcomes.core_comparison: update outcomes.core_comparison set p = 0.0001, verdict = 'watch'"
        " where lane = 'returned' and comparison = 'previous' and measure_id = 'M06' and area_code = '996'",
    ),
    "a measure worked out another way": (
        {"core_comparison.ordinary_movement", "core_comparison.one_authority_at_a_time"},
        "outcomes.core_comparison: insert into outcomes.core_comparison by name select 'M99' as measure_id,"
        " 'A' || range as area_code, 2025 as period, 'returned' as lane, 'previous' as comparison,"
        " 'Local authority' as geographic_level, 'watch' as verdict, 0.0001 as p from range(30)",
    ),
    "figures restated": (
        {"outcome_returned.restated_within_limits"},
        "outcomes.outcome_returned: update outcomes.outcome_returned set value = 3 * value"
        " where area_code = '996' and measure_id = 'M06'",
    ),
    "every figure restated": (
        {"outcome_returned.restated_within_limits", "outcome_returned.not_all_restated"},
        "outcomes.outcome_returned: update outcomes.outcome_returned set value = 9 * value + 9",
    ),
    "children in another unit": (
        {"core_population.england", "core_population.adds_up"},
        "outcomes.core_population: update outcomes.core_population set children = children / 1000"
        " where area_code = 'ENG'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_is_planted_is_found(warehouse, release, fault, tmp_path):
    found, statement = FAULTS[fault]
    folder = only(tmp_path, *{name.split(".")[0] for name in found})
    with planted(warehouse, statement):
        judgement = gates.judge(warehouse, folder, before=release / "core_dataset.duckdb", today=DAY)
    assert {failure.full_name for failure in judgement.failures} == found


@pytest.mark.parametrize(
    ("day", "late"),
    [
        (date(2026, 7, 31), set()),
        (date(2026, 8, 15), {"cin", "ssda903", "annex_a", "local"}),
        (date(2026, 12, 24), {"cin", "csww", "ssda903", "annex_a", "local"}),
    ],
)
def test_a_return_that_is_due_and_has_not_come_is_told(warehouse, day, late, tmp_path):
    """Of a real authority: one that is made up keeps no calendar."""
    folder = only(tmp_path, "submission")
    assert not [each for each in gates.judge(warehouse, folder, today=day).failures if each.name == "fresh"]
    with planted(warehouse, "meta.area: update meta.area set is_fictional = false where area_code = '996'"):
        failures = gates.judge(warehouse, folder, today=day).failures
    places = [place for failure in failures if failure.name == "fresh" for place in failure.places]
    assert {place.split()[0] for place in places} == late
    assert {place.split()[1] for place in places} <= {"996"}
