"""Annex A lists from workbooks, and returns that come as either CSV or workbook, through the real intake."""

import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from dagster_project import intake
from dagster_project.dictionary import tables
from dagster_project.intake import Told
from dagster_project.settings import Settings
from tests.faults.files import csv_text, names, row, workbook, write

MARCH = datetime(2025, 3, 31, 12, tzinfo=UTC)
TOLD = Told(la_code="991", month=date(2025, 1, 31), given=frozenset({"la_code", "month"}))
LIST_1 = names("annex_a", "list_1")
A_CONTACT = ["A1", "a) Male", "a) WBRI", date(2015, 2, 1), 9, date(2024, 12, 3), "k) Schools"]


@pytest.fixture
def here(tmp_path):
    return Settings(home=tmp_path / "home", workers=1)


@pytest.fixture
def read(tmp_path):
    def examine(sheets, told=TOLD, **kwargs):
        content = sheets if isinstance(sheets, bytes) else workbook(sheets, **kwargs)
        return intake.examine(write(tmp_path / "file.xlsx", content), told)

    return examine


def column(examined, table, field):
    return examined.tables[table][field].to_pylist()


def checks(examined):
    return [(each["table_name"], each["field"], each["check"]) for each in examined.violations.to_pylist()]


# -- values and headings


def test_words_become_codes_and_days_become_iso(read):
    found = read({"List 1": [LIST_1, A_CONTACT]})
    [taken] = found.tables["list_1"].to_pylist()
    assert taken["Child Unique ID"] == "A1"
    assert taken["Date of Birth"] == "2015-02-01"
    assert taken["Age of Child (Years)"] == "9"
    assert taken["line"] == 2
    assert [each for each in checks(found) if each[1] not in ("Ethnicity", "Contact Source", "Gender")] == []


@pytest.mark.parametrize(
    "dress",
    [
        str.upper,
        lambda heading: heading.replace("Age of Child (Years)", "Age"),
        lambda heading: heading.replace("(Years)", "(Years))"),
        lambda heading: heading.replace(" ", "  "),
        lambda heading: heading.replace(" ", "\n"),
        lambda heading: f" {heading}* ",
    ],
)
def test_headings_drift_and_the_list_is_known_all_the_same(read, dress):
    found = read({"Sheet1": [[dress(each) for each in LIST_1], A_CONTACT]})
    assert list(found.tables) == ["list_1"]
    assert found.reading.notices.num_rows == 0


def test_curly_quotes_in_a_heading_are_straight_ones(read):
    headings = [each.replace("'", "\u2019") for each in names("annex_a", "list_8")]
    found = read({"Children": [headings, row("annex_a", "list_8", **{"Child Unique ID": "A1"})]})
    assert found.reading.notices.num_rows == 0
    assert column(found, "list_8", "Child Unique ID") == ["A1"]


def test_a_number_for_a_day_stays_as_sent_and_is_a_violation(read):
    found = read({"List 1": [LIST_1, [*A_CONTACT[:3], 45383, *A_CONTACT[4:]]]})
    assert column(found, "list_1", "Date of Birth") == ["45383"]
    assert ("list_1", "Date of Birth", "is_a_date") in checks(found)


def test_ids_kept_as_text_keep_their_noughts(read):
    found = read({"List 1": [LIST_1, *([each, *A_CONTACT[1:]] for each in ("00123", "12E3", 123, "nan"))]})
    assert column(found, "list_1", "Child Unique ID") == ["00123", "12E3", "123", "nan"]


# -- sheets


def test_headings_may_stand_below_a_title_and_blank_rows_between(read):
    rows = [["Contacts"], [], LIST_1, A_CONTACT, [], A_CONTACT]
    assert read({"List 1": rows}).tables["list_1"]["line"].to_pylist() == [4, 6]


def test_a_sheet_that_is_no_list_is_noticed_and_the_others_are_taken(read):
    found = read({"Guidance": [["Read this first"]], "List 1": [LIST_1, A_CONTACT], "Chart": []})
    assert {name: table.num_rows for name, table in found.tables.items()} == {"list_1": 1}
    assert [each[2] for each in checks(found) if each[0] is None] == ["unknown_sheet", "unknown_sheet"]


def test_a_hidden_sheet_is_a_sheet_like_others(read):
    found = read({"List 1": [LIST_1, A_CONTACT], "List 6": [names("annex_a", "list_6")]}, hidden=["List 1"])
    assert {name: table.num_rows for name, table in found.tables.items()} == {"list_1": 1, "list_6": 0}


def test_the_same_list_on_two_sheets_is_taken_from_both_and_noticed(read):
    found = read({"Old": [LIST_1, A_CONTACT], "New": [LIST_1, A_CONTACT, A_CONTACT]})
    assert found.tables["list_1"]["row_number"].to_pylist() == [1, 2, 3]
    assert ("list_1", None, "repeated_sheet") in checks(found)


def test_a_workbook_without_any_list_is_refused(read):
    with pytest.raises(ValueError, match="has no headings of a table known here"):
        read({"Guidance": [["Read this first"]], "Empty": []})


def test_rows_are_counted_as_the_sheets_hold_them(read, tmp_path):
    lists = [table.name for table in tables("annex_a")]
    content = workbook(
        {
            name.replace("_", " ").title(): [names("annex_a", name), *[["A1", "x"]] * number]
            for number, name in enumerate(lists, 3)
        }
    )
    with zipfile.ZipFile(write(tmp_path / "counted.xlsx", content)) as book:
        counted = {
            name: len(re.findall(rb"<row ", book.read(f"xl/worksheets/sheet{number}.xml"))) - 1
            for number, name in enumerate(lists, 1)
        }
    found = read(content)
    assert {name: table.num_rows for name, table in found.tables.items()} == counted
    assert sum(counted.values()) == sum(range(3, 14))


# -- whose and when, and what replaces what


def test_without_a_month_it_is_refused_with_the_remedy(here, tmp_path):
    file = write(tmp_path / "991" / "annex_a_2025.xlsx", workbook({"List 1": [LIST_1]}))
    [outcome] = intake.take_in(file, here)
    assert outcome.message == (
        "annex_a_2025.xlsx: does not say which month it shows; "
        "name the file or a folder so, such as 2025-01, or give --month 2025-01"
    )


def test_the_lists_of_a_month_stand_beside_those_of_other_months(here, tmp_path):
    for month, rows in (("2025-01", 1), ("2025-02", 2), ("2025-02 again", 3)):
        content = workbook({"List 1": [LIST_1, *[A_CONTACT] * rows]})
        file = write(tmp_path / f"991 {month}.xlsx", content)
        for days, state in ((rows, "accepted"), (9, "already_seen")):
            [outcome] = intake.take_in(file, here, now=MARCH + timedelta(days=days))
            assert outcome.state == state
    in_use = {each.period_end: each.rows for each in intake.current(here.raw)}
    assert in_use == {"2025-01-31": 1, "2025-02-28": 3}
    before = {each.period_end: each.rows for each in intake.current(here.raw, MARCH + timedelta(days=2))}
    assert before == {"2025-01-31": 1, "2025-02-28": 2}


def test_ids_and_names_of_workers_land_as_pseudonyms_and_postcodes_by_their_outward_part(here, tmp_path):
    sent = {
        "Child Unique ID": "A1",
        "Allocated Worker": "QX0001Z",
        "Allocated Team": "North",
        "Placement postcode": "cv1 2ab",
    }
    content = workbook({"List 8": [names("annex_a", "list_8"), row("annex_a", "list_8", **sent)]})
    intake.take_in(write(tmp_path / "991 2025-01.xlsx", content), here)
    [taken] = intake.submissions(here.raw)
    [kept] = pq.read_table(taken.folder(here.raw) / "list_8.parquet").to_pylist()
    assert len(kept["Child Unique ID"]) == len(kept["Allocated Worker"]) == 32
    assert kept["Allocated Team"] == "North"
    assert re.fullmatch("CV1 [0-9a-f]{12}", kept["Placement postcode"])


# -- the aggregate forms


@pytest.mark.parametrize(
    ("return_id", "year", "ends"), [("pf1", 2014, "2014-03-31"), ("csww_aggregate", 2015, "2015-09-30")]
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_form_of_one_row_is_read_as_csv_and_as_a_workbook(here, tmp_path, return_id, year, ends, form):
    rows = [
        names(return_id, "aggregate", year),
        [str(each) for each in range(len(names(return_id, "aggregate", year)))],
    ]
    content = csv_text(rows) if form == "csv" else workbook({"Form": [["Return"], [], *rows]})
    file = write(tmp_path / f"991 {year}.{form}", content)
    [outcome] = intake.take_in(file, here)
    [taken] = intake.submissions(here.raw)
    assert (taken.return_id, taken.period_end, taken.rows, taken.violations) == (return_id, ends, 1, 0)
    assert [each.state for each in intake.take_in(file, here)] == ["already_seen"]
