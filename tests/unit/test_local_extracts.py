"""Extracts of an authority's own, as ``ncd.toml`` declares them: its headings, its words, its dates."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from dagster_project import intake
from dagster_project.intake import IntakeError
from dagster_project.settings import Settings
from tests.conftest import ROOT, ncd
from tests.faults.files import csv_text, workbook, write

JUNE = datetime(2025, 6, 2, 12, tzinfo=UTC)
TRACKER = {
    "table": "care_application",
    "columns": {
        "Case Ref": "application_id",
        "Person ID": "child_id",
        "Issued": "issued_date",
        "Type": "application_type",
    },
    "values": {"application_type": {"Care Proceedings (s31)": "care"}},
}
HEADINGS = ["Case Ref", "Person ID", "Issued", "Type"]


@pytest.fixture
def here(tmp_path):
    return Settings(home=tmp_path / "home", workers=1, la="991", extracts={"tracker": TRACKER})


def with_dates(here, date_format):
    return Settings(
        home=here.home, workers=1, la="991", extracts={"tracker": {**TRACKER, "date_format": date_format}}
    )


def taken(here, file, now=JUNE):
    """The outcome of a file, and the rows of the newest submission."""
    [outcome] = intake.take_in(file, here, now=now)
    rows = []
    for each in intake.submissions(here.raw)[-1:]:
        rows = pq.read_table(each.folder(here.raw) / "care_application.parquet").to_pylist()
    return outcome, rows


def test_headings_words_and_days_are_understood_as_declared(here, tmp_path):
    text = csv_text([["Team", *HEADINGS], ["North", "LT/1", "00123", "03/06/2024", "care proceedings (S31)"]])
    outcome, [row] = taken(here, write(tmp_path / "tracker.csv", text))
    assert outcome.message == "tracker.csv: local 2024-25 of 991 Fernmoor (fictional), 1 rows, 0 violations"
    assert (row["application_id"], row["issued_date"], row["application_type"]) == (
        "LT/1",
        "2024-06-03",
        "care",
    )
    assert len(row["child_id"]) == 32


def test_the_example_in_the_documentation_is_read_as_it_says(tmp_path):
    page = (ROOT / "docs" / "local-extracts.md").read_text()
    [example] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    write(tmp_path / "home/ncd.toml", example)
    tracker = csv_text(
        [["Case Ref", "Person ID", "Date Issued", "Outcome"], ["1", "A1", "03/06/2024", "No Order"]]
    )
    log = csv_text([["Client No", "Contact Date", "Decision"], ["A1", "03-Jun-2024", "Proceed"]])
    files = [write(tmp_path / "tracker.csv", tracker), write(tmp_path / "log.csv", log)]

    ran = ncd("intake", *map(str, files), home=tmp_path / "home")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(ran.stdout.splitlines()) == [
        "log.csv: local 2024-25 of 991 Fernmoor (fictional), 1 rows, 0 violations",
        "tracker.csv: local 2024-25 of 991 Fernmoor (fictional), 1 rows, 0 violations",
    ]


def test_a_word_that_is_not_declared_stays_and_is_a_violation(here, tmp_path):
    file = write(tmp_path / "t.csv", csv_text([HEADINGS, ["LT/1", "A1", "03/06/2024", "Wardship"]]))
    outcome, [row] = taken(here, file)
    assert (row["application_type"], outcome.violations) == ("Wardship", 1)


@pytest.mark.parametrize(
    ("date_format", "sent", "kept"),
    [
        ("%m/%d/%Y", "03/06/2024", "2024-03-06"),  # declared so: never the 3rd of June
        ("%m/%d/%Y", "2024-06-03", "2024-06-03"),
        ("%d-%b-%y", "03-Jun-24", "2024-06-03"),
        ("%Y%m%d", "20240603", "2024-06-03"),
        ("%d-%b-%y", "soon", "soon"),
        (None, "03-Jun-24", "03-Jun-24"),
    ],
)
def test_days_are_read_in_the_declared_form_first(here, tmp_path, date_format, sent, kept):
    here = with_dates(here, date_format) if date_format else here
    file = write(
        tmp_path / "t.csv", csv_text([HEADINGS, ["LT/1", "A1", sent, ""], ["LT/2", "A1", "2024-06-03", ""]])
    )
    assert taken(here, file)[1][0]["issued_date"] == kept


def test_what_is_no_day_is_not_read_as_one(here, tmp_path):
    file = write(tmp_path / "t.csv", csv_text([HEADINGS, ["20240603", "20240604", "20240605", ""]]))
    _, [row] = taken(with_dates(here, "%Y%m%d"), file)
    assert (row["application_id"], row["issued_date"]) == ("20240603", "2024-06-05")


def test_half_of_the_declared_headings_are_enough_and_fewer_are_not(here, tmp_path):
    file = write(tmp_path / "t.csv", csv_text([["CASE  REF", "issued", "x"], ["LT/1", "03/06/2024", ""]]))
    assert taken(here, file)[0].state == "accepted"
    file = write(tmp_path / "u.csv", csv_text([["Case Ref", "x"], ["LT/1", ""]]))
    assert "has no headings of a table known here" in taken(here, file)[0].message


@pytest.mark.parametrize("rows", [[], [["LT/1", "A1", "", ""]]])
def test_an_extract_without_a_day_in_it_lands_all_the_same(here, tmp_path, rows):
    outcome, landed = taken(here, write(tmp_path / "t.csv", csv_text([HEADINGS, *rows])))
    assert (outcome.state, len(landed)) == ("accepted", len(rows))


def test_another_declaration_makes_another_submission_of_the_same_bytes(here, tmp_path):
    file = write(tmp_path / "t.csv", csv_text([HEADINGS, ["LT/1", "A1", "03/06/2024", "Wardship"]]))
    assert taken(here, file)[0].violations == 1
    assert taken(here, file)[0].state == "already_seen"
    values = {"application_type": {**TRACKER["values"]["application_type"], "Wardship": "other"}}
    for changed in (
        replace(here, extracts={"tracker": {**TRACKER, "values": values}}),
        replace(here, la="992", extracts={"tracker": {**TRACKER, "values": values}}),
    ):
        outcome, [row] = taken(changed, file, JUNE + timedelta(days=1))
        assert (outcome.state, outcome.violations, row["application_type"]) == ("accepted", 0, "other")
        assert taken(changed, file)[0].state == "already_seen"
    assert sorted(each.la_code for each in intake.current(here.raw)) == ["991", "992"]


def test_each_extract_replaces_the_one_before_it_whatever_its_year(here, tmp_path):
    for number, day in enumerate(["03/06/2024", "03/06/2025", "03/06/2024"], 1):
        rows = [[f"LT/{row}", "A1", day, ""] for row in range(number)]
        content = workbook({"Tracker": [HEADINGS, *rows]})
        file = write(tmp_path / f"t{number}.xlsx", content)
        outcome, _ = taken(here, file, JUNE + timedelta(days=number))
        assert outcome.state == "accepted"
        [again] = intake.take_in(file, here)
        assert again.state == "already_seen"
    assert [(each.file_name, each.rows) for each in intake.current(here.raw)] == [("t3.xlsx", 3)]
    before = intake.current(here.raw, JUNE + timedelta(days=2))
    assert [(each.file_name, each.rows) for each in before] == [("t2.xlsx", 2)]


def test_a_day_in_a_workbook_is_a_day(here, tmp_path):
    content = workbook({"Tracker": [HEADINGS, ["LT/1", "A1", date(2024, 6, 3), ""]]})
    assert taken(here, write(tmp_path / "t.xlsx", content))[1][0]["issued_date"] == "2024-06-03"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"table": "tracker"}, "extract 'tracker' names no table of ours: use care_application or referral"),
        (
            {"columns": {"Who": "person"}},
            "extract 'tracker' names person, and the fields of care_application are",
        ),
        ({"values": {"kind": {"a": "b"}}}, "extract 'tracker' names kind, and"),
    ],
)
def test_a_declaration_that_cannot_be_stops_the_run_in_a_line(here, tmp_path, change, says):
    wrong = Settings(home=here.home, workers=1, la="991", extracts={"tracker": {**TRACKER, **change}})
    with pytest.raises(IntakeError) as stopped:
        intake.take_in(write(tmp_path / "t.csv", csv_text([HEADINGS])), wrong)
    assert says in str(stopped.value) and len(str(stopped.value).splitlines()) == 1


def test_the_command_reads_the_declaration_of_the_workspace(tmp_path):
    declared = """la = "991"
[extract.tracker]
table = "care_application"
[extract.tracker.columns]
"Case Ref" = "application_id"
"Issued" = "issued_date"
"""
    home = tmp_path / "home"
    write(home / "ncd.toml", declared)
    file = write(tmp_path / "t.csv", csv_text([HEADINGS, ["LT/1", "A1", "03/06/2024", ""]]))
    ran = ncd("intake", str(file), home=home)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("t.csv: local 2024-25 of 991 ")
