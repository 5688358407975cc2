"""The gates: every expectation can hold and can fail, and says nothing of the data when it does."""

import json
import logging
import re
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dagster_project.release import ReleaseBlocked, ReleaseError, gates
from dagster_project.release.gates import profile
from dagster_project.release.warehouse import opened
from dagster_project.settings import SUITES

FILES = sorted(SUITES.glob("*.json"))
BETWEEN = "expect_column_values_to_be_between"
ROW_COUNT = "expect_table_row_count_to_be_between"
DAY = date(2026, 4, 1)


def expectations(file):
    return json.loads(file.read_text(encoding="utf-8"))["expectations"]


def bounds(expectation):
    """What of an expectation can be broken by itself: the least, the most, or the one thing it asks."""
    asked = expectation["kwargs"]
    return [bound for bound in ("min_value", "max_value") if bound in asked] or ["what it asks"]


def satisfied(expectation: dict) -> pd.DataFrame:
    """Rows as the expectation asks for, and within its condition."""
    asked = expectation["kwargs"]
    low, high = asked.get("min_value"), asked.get("max_value")
    middle = (low if high is None else high if low is None else (low + high) / 2) or 0
    rows = int(middle) if expectation["type"] == ROW_COUNT else 40
    frame = pd.DataFrame({"place": [f"row {number}" for number in range(rows)]})
    if "value_set" in asked:
        frame[asked["column"]] = (asked["value_set"] * 40)[:rows]
    elif expectation["type"] == "expect_column_unique_value_count_to_be_between":
        frame[asked["column"]] = [f"kind {number % int(middle)}" for number in range(rows)]
    elif "column" in asked:
        frame[asked["column"]] = float(middle)
    return within(frame, asked.get("row_condition", {}).get("pass_through_filter", ""))


def within(frame: pd.DataFrame, condition: str) -> pd.DataFrame:
    """The rows with the columns that a condition asks for, so that it is met by all."""
    columns: dict[str, object] = {}
    for column, sign, value in re.findall(r"(\w+) (==|!=|>=|<=|>) ('[^']*'|\w+)", condition):
        known = value.strip("'") if value[0] == "'" else value == "True" if value.isalpha() else float(value)
        if sign == "!=":
            columns.setdefault(column, "another")
        elif sign in ("==", ">=", ">"):
            columns[column] = known + 1 if sign == ">" else known
    for column in re.findall(r"(\w+) not in", condition):
        columns.setdefault(column, "another")
    for column, beginning in re.findall(r"(\w+)\.str\.startswith\('(\w+)'\)", condition):
        columns[column] = beginning
    return frame.assign(
        **{name: value for name, value in columns.items() if name not in frame or name == "place"}
    )


def broken(expectation: dict, bound: str) -> pd.DataFrame:
    """The same rows, but for one bound."""
    asked, frame = expectation["kwargs"], satisfied(expectation)
    if expectation["type"] == ROW_COUNT:
        rows = asked["min_value"] - 1 if bound == "min_value" else asked["max_value"] + 1
        return pd.DataFrame({"place": [f"row {number}" for number in range(rows)]})
    column = asked["column"]
    if expectation["type"] == "expect_column_unique_value_count_to_be_between":
        return frame.assign(**{column: "one" if bound == "min_value" else frame["place"]})
    if "value_set" in asked:
        return frame.assign(**{column: asked["value_set"][0] if len(asked["value_set"]) > 1 else "another"})
    far = 1e9 if bound == "max_value" else -1e9 if bound == "min_value" else np.nan
    return frame.assign(**{column: far})


def suite(folder: Path, name: str, *members: dict, sql: str = "", **meta: object) -> gates.Suite:
    file = folder / f"{name}.json"
    told = {"name": name, "meta": meta, "expectations": list(members)}
    file.write_text(json.dumps(told), encoding="utf-8")
    if sql:
        file.with_suffix(".sql").write_text(sql, encoding="utf-8")
    return gates.read(file)


def expectation(kind: str, severity: str = "warning", name: str = "toy", **kwargs) -> dict:
    return {"type": kind, "kwargs": kwargs, "severity": severity, "meta": {"name": name, "why": "because."}}


def whats(results) -> list[str]:
    return [result.what for result in results]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_bound_of_every_expectation_can_hold_and_can_fail(file, tmp_path):
    for member in expectations(file):
        one = suite(tmp_path, file.stem, member)
        assert whats(gates.judged(satisfied(member), one)) == ["held"], member
        for bound in bounds(member):
            assert whats(gates.judged(broken(member, bound), one)) == ["failed"], (bound, member)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_expectation_has_a_name_of_its_own_and_says_why_and_how_grave(file):
    members = expectations(file)
    assert len({member["meta"]["name"] for member in members}) == len(members)
    for member in members:
        assert re.fullmatch(r"[a-zA-Z0-9_]+", member["meta"]["name"])
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


def test_a_table_of_records_is_never_judged_without_a_profile():
    judged_whole = [file.stem for file in FILES if not file.with_suffix(".sql").is_file()]
    assert [name for name in judged_whole if name.startswith(("core_", "outcome_"))] == []


@pytest.mark.parametrize("file", sorted(SUITES.glob("*.sql")), ids=lambda file: file.stem)
def test_every_profile_belongs_to_a_suite_and_says_what_a_row_is(file):
    assert file.with_suffix(".json") in FILES
    assert file.read_text(encoding="utf-8").startswith("-- One row per ")


def test_what_could_not_run_is_critical_whatever_its_suite_says(tmp_path):
    frame = pd.DataFrame({"period_end": pd.to_datetime(["2024-03-31"])})
    asked = [
        expectation(BETWEEN, column="period_end", min_value="2020-01-01"),  # a date and a text
        expectation(BETWEEN, column="misspelt", min_value=0),
        expectation(ROW_COUNT, min_value=1),
    ]
    results = gates.judged(frame, suite(tmp_path, "toy", *asked))
    assert [(each.what, each.severity) for each in results[:2]] == [("could not run", "critical")] * 2
    assert results[2].what == "held"


@pytest.mark.parametrize("rows", [0, 2])
def test_no_row_and_no_value_is_nothing_judged_and_no_fault_only_where_a_table_may_be_empty(tmp_path, rows):
    frame = pd.DataFrame({"value": [None] * rows}, dtype=float)
    asked = expectation(BETWEEN, column="value", min_value=0)
    assert whats(gates.judged(frame, suite(tmp_path, "toy", asked))) == ["judged no row"]
    assert whats(gates.judged(frame, suite(tmp_path, "toy", asked, may_be_empty=True))) == ["nothing sent"]


def test_a_failure_gives_counts_places_and_the_reason(tmp_path):
    frame = pd.DataFrame({"place": list("abcd"), "value": [1.0, 2.0, 700.0, None]})
    one = suite(tmp_path, "toy", expectation(BETWEEN, column="value", min_value=0, max_value=60, name="low"))
    (result,) = gates.judged(frame, one)
    assert result.line == "warning: toy.low failed for 1 of 4 rows (c). because."


def test_nothing_of_the_data_is_told(tmp_path, caplog, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = Path.home() / ".great_expectations"
    before = sorted(home.rglob("*"))
    canary = "QX-CANARY-7731"
    frame = pd.DataFrame({"place": ["x", "y"], "text": [canary, "b"], "value": [8675309.5, 1.0]})
    asked = [
        expectation("expect_column_values_to_be_in_set", column="text", value_set=["a"]),
        expectation("expect_column_distinct_values_to_be_in_set", column="text", value_set=["a"]),
        expectation("expect_column_max_to_be_between", column="value", max_value=1),
        expectation(BETWEEN, column="value", max_value=1, name="places"),
        expectation(BETWEEN, column="text", min_value=0),  # raises, with the value in the message
    ]
    one = suite(tmp_path, "toy", *asked)
    with caplog.at_level(logging.DEBUG):
        results = gates.judged(frame, one)
        page = gates.write_page(gates.Judgement([one], results, DAY, False), tmp_path / "docs")
    assert whats(results) == ["failed"] * 4 + ["could not run"]
    said = capfd.readouterr()
    told = repr(results) + caplog.text + said.out + said.err + page.read_text(encoding="utf-8")
    assert canary not in told
    assert caplog.text == ""
    assert "8675309" not in told
    assert said.err == ""  # nor a progress bar
    assert {path.name for path in tmp_path.iterdir()} == {"toy.json", "docs"}
    assert sorted(home.rglob("*")) == before


@pytest.fixture
def warehouse(tmp_path):
    """A toy of ten figures, one of them below nought, and a table that no release may hold."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema outcomes; create schema raw")
        connection.execute(
            "create table outcomes.toy as select i - 1.0 as value, 'x' as more from range(10) t(i)"
        )
        connection.execute("create table raw.secret as select 1 as value")
    with opened(path, tmp_path / "spill") as open_warehouse:
        yield open_warehouse


def test_the_grave_stand_before_the_rest(warehouse, tmp_path):
    asked = [
        expectation(BETWEEN, column="value", min_value=0),
        expectation(ROW_COUNT, "critical", min_value=11),
    ]
    suite(tmp_path, "toy", *asked)
    judgement = gates.judge(warehouse, tmp_path)
    assert [failure.severity for failure in judgement.failures] == ["critical", "warning"]


def test_a_profile_is_worked_out_in_the_database_and_the_warehouse_left_as_it_was(warehouse, tmp_path):
    sql = (
        "-- One row per sign.\nselect sign(value)::text as place, count(*) as n from outcomes.toy group by 1"
    )
    suite(tmp_path, "toy", expectation(BETWEEN, column="n", min_value=2, max_value=7), sql=sql)
    (failure,) = gates.judge(warehouse, tmp_path).failures
    assert (failure.rows, sorted(failure.places)) == (3, ["-1", "0", "1"])
    assert warehouse.connection.execute("select current_catalog()").fetchone() == ("memory",)
    assert warehouse.connection.execute(
        "select count(*) from duckdb_databases() where database_name = 'before'"
    )
    gates.judge(warehouse, tmp_path)  # and it can be asked again


def test_a_profile_that_fails_is_told_without_the_words_of_the_database(warehouse, tmp_path, capfd):
    suite(
        tmp_path,
        "toy",
        expectation(ROW_COUNT, min_value=1),
        sql="select error('QX-' || more) from outcomes.toy",
    )
    (failure,) = gates.judge(warehouse, tmp_path).failures
    assert (failure.full_name, failure.what, failure.severity) == ("toy.profile", "could not run", "critical")
    assert "QX" not in failure.line + capfd.readouterr().err


def test_a_profile_as_long_as_a_table_is_refused(warehouse, tmp_path, monkeypatch):
    monkeypatch.setattr(profile, "MOST_ROWS", 9)
    suite(tmp_path, "toy", expectation(ROW_COUNT, min_value=1))
    with pytest.raises(ReleaseError, match=r"more than 9 rows; put a query that counts into .*toy\.sql"):
        gates.judge(warehouse, tmp_path)


def before_with(path: Path, sql: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema outcomes; create table outcomes.toy as {sql}")
    return path


RELEASED = """-- One row per table.
select table_name as place, n_rows / nullif(n_before, 0) as kept from before.released"""


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select i - 1.0 as value, 'x' as more from range(10) t(i)", ["held"]),
        ("select i - 1.0 as value from range(21) t(i)", ["failed"]),  # a column has come since
        ("select i as value, i as gone from range(21) t(i)", ["judged no row"]),  # none is the same
        (None, ["judged no row"]),
    ],
)
def test_the_release_before_is_compared_whatever_its_columns_were(warehouse, tmp_path, sql, found):
    before = before_with(tmp_path / "before.duckdb", sql) if sql else None
    suite(tmp_path, "release", expectation(BETWEEN, column="kept", min_value=0.5), sql=RELEASED)
    judgement = gates.judge(warehouse, tmp_path, before=before)
    assert whats(judgement.results) == found
    assert judgement.is_compared == (before is not None)


def test_a_release_before_that_is_damaged_holds_nothing_back(warehouse, tmp_path):
    (tmp_path / "before.duckdb").write_bytes(b"x" * 9000)
    suite(tmp_path, "toy", expectation(ROW_COUNT, min_value=1))
    judgement = gates.judge(warehouse, tmp_path, before=tmp_path / "before.duckdb")
    assert (judgement.failures, judgement.is_compared) == ([], False)


@pytest.mark.parametrize("name", ["absent", "secret"])
def test_a_suite_must_guard_a_table_that_may_be_released(warehouse, tmp_path, name):
    suite(tmp_path, name, expectation(ROW_COUNT, min_value=1))
    with pytest.raises(ReleaseError, match=f"lacks {name}, which a suite guards"):
        gates.judge(warehouse, tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "toy", "expectations": []}', '{"name": "other"}'])
def test_a_file_that_is_no_suite_is_named(warehouse, tmp_path, text):
    (tmp_path / "toy.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"toy\.json is not a suite"):
        gates.judge(warehouse, tmp_path)


def test_no_suites_at_all_is_a_fault(warehouse, tmp_path):
    with pytest.raises(ReleaseError, match="nothing would be judged"):
        gates.judge(warehouse, tmp_path / "nowhere")


@pytest.fixture
def judgement(warehouse, tmp_path):
    """One critical failure, toy.many, and one warning, toy.low."""
    asked = [
        expectation(ROW_COUNT, "critical", min_value=11, name="many"),
        expectation(BETWEEN, column="value", min_value=0, name="low"),
        expectation(BETWEEN, column="value", max_value=99, name="high"),
    ]
    suite(tmp_path, "toy", *asked, question="Is <it> a toy?")
    return gates.judge(warehouse, tmp_path, today=DAY)


def test_what_is_held_back_says_what_can_be_done_and_leaves_a_page(judgement, tmp_path):
    with pytest.raises(ReleaseBlocked, match="--accept SUITE.EXPECTATION --because REASON") as blocked:
        gates.let_through(judgement, {}, tmp_path / "docs")
    assert blocked.value.lines == ["critical: toy.many failed. because."]
    assert str(tmp_path / "docs" / "index.html") in str(blocked.value)
    assert (tmp_path / "docs" / "index.html").is_file()


def test_what_somebody_accepts_is_let_through_with_the_reason(judgement, tmp_path):
    lines = gates.let_through(judgement, {"toy.many": "three areas merged"}, tmp_path / "docs")
    assert lines[0] == "accepted (three areas merged): critical: toy.many failed. because."
    assert lines[1].startswith("warning: toy.low failed for 1 of 10 rows")
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize("name", ["toy.mnay", "toy.low", "toy.high", "toy"])
def test_what_is_accepted_must_be_what_holds_back(judgement, tmp_path, name):
    with pytest.raises(ReleaseError, match=f"--accept {name}: no critical failure of that name; .* toy.many"):
        gates.let_through(judgement, {"toy.many": "merged", name: "misspelt"}, tmp_path)


def test_the_page_shows_all_that_was_judged_and_loads_nothing(judgement, tmp_path):
    text = gates.write_page(judgement, tmp_path / "docs").read_text(encoding="utf-8")
    assert "01 April 2026" in text
    assert "Is &lt;it&gt; a toy?" in text
    assert {"many", "low", "high"} <= set(re.findall(r"<tr><td>(\w+)", text))
    assert "value at least 0" in text
    assert re.findall(r"https?:|//|<script|<link|<img|src=|href=|url\(|@import|@font-face", text) == []
