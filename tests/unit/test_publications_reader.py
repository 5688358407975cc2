"""Published tables: whole-country files, kept release by release, their symbols as they stand."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from dagster_project import intake
from dagster_project.dictionary import fields, tables
from dagster_project.intake import Told
from dagster_project.settings import Settings
from tests.faults.files import csv_text, names, workbook, write

MARCH = datetime(2025, 3, 31, 12, tzinfo=UTC)
OPEN_DATA = [table.name for table in tables("open_data")]
C1 = "c1_children_in_need_referrals_and_rereferrals"


@pytest.fixture
def here(tmp_path):
    return Settings(home=tmp_path / "home", workers=1)


def published(table, periods, return_id="open_data", **values):
    """A published table with a row for each period."""
    rows = []
    for period in periods:
        known = {each.name: period for each in fields(return_id, table) if each.kind == "period"} | values
        rows.append([known.get(name, "x") for name in names(return_id, table, None)])
    return csv_text([names(return_id, table, None), *rows])


@pytest.mark.parametrize("table", OPEN_DATA)
def test_every_table_of_open_data_is_known_and_every_row_lands(here, tmp_path, table):
    text = published(table, ["2023", "2024", "2025"])
    counted = sum(1 for _ in csv.reader(io.StringIO(text))) - 1
    file = write(tmp_path / f"{table}.csv", text.encode("utf-8-sig"))
    [outcome] = intake.take_in(file, here)
    [taken] = intake.submissions(here.raw)
    assert (taken.return_id, taken.la_code, taken.period_end) == ("open_data", "ENG", "2025-03-31")
    assert {name: each.rows for name, each in taken.tables.items()} == {table: counted} == {table: 3}
    assert [each.state for each in intake.take_in(file, here)] == ["already_seen"]


def test_two_tables_under_the_same_headings_are_told_apart_by_their_name_or_refused(here, tmp_path):
    file = write(tmp_path / "download.csv", published("la_care_leavers_activity", ["2024"]))
    [outcome] = intake.take_in(file, here)
    assert outcome.message == (
        "download.csv: has headings that fit la_care_leavers_accommodation_suitability or "
        "la_care_leavers_activity; put the one it is into its name"
    )


@pytest.mark.parametrize(
    ("period", "ends"),
    [("2024", "2024-03-31"), ("202425", "2025-03-31"), ("2024-25", "2025-03-31"), ("2024/25", "2025-03-31")],
)
def test_the_newest_period_says_what_a_publication_is_about_however_it_is_written(
    here, tmp_path, period, ends
):
    intake.take_in(write(tmp_path / "x.csv", published(C1, ["2013", period, "2014"])), here)
    [taken] = intake.submissions(here.raw)
    assert taken.period_end == ends


def test_a_publication_without_a_period_is_refused(here, tmp_path):
    [outcome] = intake.take_in(write(tmp_path / "2024.csv", published(C1, ["z"])), here)
    assert "does not say which year it is about" in outcome.message


def test_a_workbook_of_periods_as_numbers_is_read_as_the_csv(here, tmp_path):
    rows = list(csv.reader(io.StringIO(published("long", ["2024"], "lait"))))
    place = rows[0].index("Years")
    rows = [rows[0], [int(cell) if column == place else cell for column, cell in enumerate(rows[1])]]
    intake.take_in(write(tmp_path / "lait.xlsx", workbook({"bds": rows})), here)
    [taken] = intake.submissions(here.raw)
    assert (taken.return_id, taken.period_end) == ("lait", "2024-03-31")


def test_symbols_stay_as_they_were_published(here, tmp_path):
    for number, symbol in enumerate(["c", "z", "x", "-", "..", "12", "12.50", "1,234"]):
        text = published(C1, ["2024"], referral_count=symbol)
        intake.take_in(write(tmp_path / f"{number}.csv", text), here, now=MARCH + timedelta(days=number))
        taken = intake.submissions(here.raw)[-1]
        kept = pq.read_table(taken.folder(here.raw) / f"{C1}.parquet")["referral_count"].to_pylist()
        assert kept == [symbol]


def test_a_release_stands_beside_that_of_the_year_before_and_replaces_its_own_revision(here, tmp_path):
    for number, periods in enumerate([["2024"], ["2024", "2025"], ["2023", "2024", "2025"]]):
        text = published(C1, periods)
        intake.take_in(write(tmp_path / f"{number}.csv", text), here, now=MARCH + timedelta(days=number))
    in_use = {each.period_end: each.rows for each in intake.current(here.raw)}
    assert in_use == {"2024-03-31": 1, "2025-03-31": 3}


def test_an_older_name_of_a_column_is_that_column(here, tmp_path):
    text = published(C1, ["2024"], referral_count="7").replace("referral_count,", "Referrals,", 1)
    intake.take_in(write(tmp_path / "x.csv", text), here)
    [taken] = intake.submissions(here.raw)
    table = pq.read_table(taken.folder(here.raw) / f"{C1}.parquet")
    assert table["referral_count"].to_pylist() == ["7"]


def test_cafcass_by_quarter_and_by_year_are_the_same_table_with_other_columns(here, tmp_path):
    quarter = [["local_authority", "financial_year", "quarter", "applications", "children"]]
    quarter.append(["London-Fernmoor", "2024-25", "Q1", "3", "5"])
    year = [["local_authority", "financial_year", "rate_per_10000"], ["London-Fernmoor", "2024-25", "9.1"]]
    for name, rows in (("quarter", quarter), ("year", year)):
        [outcome] = intake.take_in(write(tmp_path / f"{name}.csv", csv_text(rows)), here)
        assert outcome.message.startswith(f"{name}.csv: cafcass 2024-25 of ENG England, 1 rows")


def test_what_is_told_of_an_authority_means_nothing_for_the_whole_country(here, tmp_path):
    file = write(tmp_path / "x.csv", published(C1, ["2024"]))
    intake.take_in(file, here, Told(la_code="302", year=2020, given=frozenset({"la_code", "year"})))
    [taken] = intake.submissions(here.raw)
    assert (taken.la_code, taken.collection_year) == ("ENG", 2024)
