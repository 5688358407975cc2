"""The gates: every expectation can run, can pass, can fail, and says nothing of the data when it does."""

import json
import logging
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dagster_project.release import ReleaseError, gates
from dagster_project.release.warehouse import opened
from dagster_project.settings import SUITES

FILES = sorted(SUITES.glob("*.json"))
BETWEEN = "expect_column_values_to_be_between"

# what England is like in an ordinary year
ENGLAND = {
    "M02": 22.6, "M03": 15, "M05": 10, "M06": 545, "M07": 338, "M08": 169, "M09": 54, "M10": 21, "M11": 2.2,
    "M12": 65, "M13": 27, "M14": 10.5, "M15": 69, "M16": 27, "M17": 35, "M18": 16, "M19": 52, "M20": 86,
    "M21": 17, "M22": 16, "M23": 16.3, "M24": 3.3, "referrals_n": 640_000, "cla_31mar_n": 80_000,
}  # fmt: skip


def table(measures: dict[str, float], column: str) -> pd.DataFrame:
    areas = ["ENG", *(str(201 + number) for number in range(153))]
    keys = pd.MultiIndex.from_product(
        [measures, areas, range(2009, 2026)], names=["measure_id", "area_code", "period"]
    )
    frame = keys.to_frame(index=False)
    return frame.assign(
        lane="published",
        geographic_level=np.where(frame["area_code"] == "ENG", "National", "Local authority"),
        is_fictional=False,
        **{column: frame["measure_id"].map(measures).astype(float)},
    )


@pytest.fixture(scope="module")
def plausible() -> dict[str, pd.DataFrame]:
    return {"core_outcome": table(ENGLAND, "value"), "core_index": table({"M01": 104.0}, "index_value")}


def raised(frame, column):
    return frame.assign(**{column: 1e9})


def lowered(frame, column):
    return frame.assign(**{column: -1.0})


def without_values(frame, column):
    return frame.assign(**{column: np.nan})


def without_even_years(frame, column):
    return frame[frame[column] % 2 == 1]


def with_one_area(frame, column):
    return frame.assign(**{column: "201"})


def with_areas_of_its_own(frame, column):
    return frame.assign(**{column: [f"x{number}" for number in range(len(frame))]})


def without_rows(frame, column):  # noqa: ARG001
    return frame.head(0)


# one way to break each bound that a suite may set; a suite that sets another needs its own here
SPOILED = {
    ("expect_table_row_count_to_be_between", "min_value"): without_rows,
    ("expect_column_min_to_be_between", "min_value"): lowered,
    ("expect_column_max_to_be_between", "max_value"): raised,
    (BETWEEN, "min_value"): lowered,
    (BETWEEN, "max_value"): raised,
    ("expect_column_values_to_not_be_null", "mostly"): without_values,
    ("expect_column_distinct_values_to_contain_set", "value_set"): without_even_years,
    ("expect_column_unique_value_count_to_be_between", "min_value"): with_one_area,
    ("expect_column_unique_value_count_to_be_between", "max_value"): with_areas_of_its_own,
}


def expectations(file):
    return json.loads(file.read_text(encoding="utf-8"))["expectations"]


def bounds(expectation):
    told = set(expectation["kwargs"]) - {"column", "row_condition"}
    return {(expectation["type"], bound) for bound in told if not (bound == "mostly" and "min_value" in told)}


def suite(folder: Path, name: str, *members: dict) -> Path:
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"name": name, "expectations": list(members)}), encoding="utf-8")
    return file


def expectation(kind: str, severity: str = "warning", **kwargs) -> dict:
    return {"type": kind, "kwargs": kwargs, "severity": severity, "meta": {"why": "because"}}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_plausible_figures_pass(plausible, file):
    assert gates.judged(plausible[file.stem], file) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_bound_of_every_expectation_can_fail(plausible, file, tmp_path):
    told = [(bound, member) for member in expectations(file) for bound in bounds(member)]
    assert {bound for bound, _ in told} <= SPOILED.keys(), "a bound that no test can break"
    for bound in {bound for bound, _ in told}:
        members = [member for other, member in told if other == bound]
        for column in {member["kwargs"].get("column") for member in members}:
            asked = [member for member in members if member["kwargs"].get("column") == column]
            spoiled = SPOILED[bound](plausible[file.stem], column)
            failed = gates.judged(spoiled, suite(tmp_path, file.stem, *asked))
            assert [failure.why for failure in failed] == [member["meta"]["why"] for member in asked], bound


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_expectation_passes_for_want_of_rows(plausible, file):
    failed = gates.judged(plausible[file.stem].head(0), file)
    assert [failure.why for failure in failed] == [member["meta"]["why"] for member in expectations(file)]
    assert "could not run" not in {failure.what for failure in failed}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_expectation_says_why_and_how_grave(file):
    for member in expectations(file):
        assert member["severity"] in ("critical", "warning")
        assert member["meta"]["why"].endswith(".")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_expectation_repeats_what_dbt_holds(file):
    for member in expectations(file):
        is_null_check = "null" in member["type"] and "mostly" not in member["kwargs"]
        assert not is_null_check, "every row without exception is dbt's not_null"
        assert not any(
            word in member["type"] for word in ("_to_exist", "type", "unique_within", "_be_unique")
        )


def test_a_share_and_not_a_percentage_is_caught(plausible):
    frame = plausible["core_outcome"].copy()
    frame.loc[frame["measure_id"] == "M02", "value"] /= 100
    failed = gates.judged(frame, SUITES / "core_outcome.json")
    assert [(failure.severity, failure.why[:3]) for failure in failed] == [("critical", "M02")] * 2


def test_what_could_not_run_is_critical_whatever_its_suite_says(tmp_path):
    frame = pd.DataFrame({"period_end": pd.to_datetime(["2024-03-31"])})
    asked = [
        expectation(BETWEEN, column="period_end", min_value="2020-01-01"),  # a date and a text
        expectation(BETWEEN, column="misspelt", min_value=0),
        expectation("expect_table_row_count_to_be_between", min_value=1),
    ]
    failed = gates.judged(frame, suite(tmp_path, "toy", *asked))
    assert [(failure.what, failure.severity) for failure in failed] == [("could not run", "critical")] * 2


def test_a_column_without_any_value_has_not_been_judged(tmp_path):
    frame = pd.DataFrame({"value": [None, None]}, dtype=float)
    (failure,) = gates.judged(
        frame, suite(tmp_path, "toy", expectation(BETWEEN, column="value", min_value=0))
    )
    assert failure.what == "judged no row"


def test_a_failure_gives_counts_and_the_reason(tmp_path):
    frame = pd.DataFrame({"value": [1.0, 2.0, 700.0, None]})
    file = suite(tmp_path, "toy", expectation(BETWEEN, column="value", min_value=0, max_value=60))
    (failure,) = gates.judged(frame, file)
    assert failure.line == f"warning: toy.value: {BETWEEN} failed for 1 of 4 rows. because"


def test_nothing_of_the_data_is_told(tmp_path, caplog, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = Path.home() / ".great_expectations"
    before = sorted(home.rglob("*"))
    canary = "QX-CANARY-7731"
    frame = pd.DataFrame({"text": [canary, "b"], "value": [8675309.5, 1.0]})
    asked = [
        expectation("expect_column_values_to_be_in_set", column="text", value_set=["a"]),
        expectation("expect_column_distinct_values_to_be_in_set", column="text", value_set=["a"]),
        expectation("expect_column_max_to_be_between", column="value", max_value=1),
        expectation(BETWEEN, column="text", min_value=0),  # raises, with the value in the message
    ]
    file = suite(tmp_path, "toy", *asked)
    with caplog.at_level(logging.DEBUG):
        failed = gates.judged(frame, file)
    assert len(failed) == 4
    said = capfd.readouterr()
    told = repr(failed) + caplog.text + said.out + said.err
    assert canary not in told
    assert caplog.text == ""
    assert "8675309" not in told
    assert said.err == ""  # nor a progress bar
    assert list(tmp_path.iterdir()) == [file]
    assert sorted(home.rglob("*")) == before


@pytest.fixture
def warehouse(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema outcomes; create schema raw")
        connection.execute("create table outcomes.toy as from (values (1.0), (-1.0)) as t (value)")
        connection.execute("create table raw.secret as select 1 as value")
    with opened(path, tmp_path / "spill") as open_warehouse:
        yield open_warehouse


def test_the_grave_stand_before_the_rest(warehouse, tmp_path):
    suite(
        tmp_path,
        "toy",
        expectation(BETWEEN, column="value", min_value=0),
        expectation("expect_table_row_count_to_be_between", "critical", min_value=3),
    )
    assert [failure.severity for failure in gates.failures(warehouse, tmp_path)] == ["critical", "warning"]


@pytest.mark.parametrize("name", ["absent", "secret"])
def test_a_suite_must_guard_a_table_that_may_be_released(warehouse, tmp_path, name):
    suite(tmp_path, name, expectation("expect_table_row_count_to_be_between", min_value=1))
    with pytest.raises(ReleaseError, match=f"lacks {name}, which a suite guards"):
        gates.failures(warehouse, tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "toy", "expectations": []}', '{"name": "other"}'])
def test_a_file_that_is_no_suite_is_named(warehouse, tmp_path, text):
    (tmp_path / "toy.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"toy\.json is not a suite"):
        gates.failures(warehouse, tmp_path)


def test_no_suites_at_all_is_a_fault(warehouse, tmp_path):
    with pytest.raises(ReleaseError, match="nothing would be judged"):
        gates.failures(warehouse, tmp_path / "nowhere")
