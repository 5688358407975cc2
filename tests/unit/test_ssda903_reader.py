"""The looked-after return as CSV files, one by one or in a zip, and as XML: through the real intake."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from dagster_project import intake
from dagster_project.dictionary import fields, tables
from dagster_project.intake import Told
from dagster_project.settings import Settings
from tests.conftest import ncd
from tests.faults.files import EPISODES, HEADER, csv_text, episodes, header, names, row, write, zipped
from tests.unit.conftest import elements

MARCH = datetime(2025, 3, 31, 12, tzinfo=UTC)
TOLD = Told(la_code="991", year=2025, given=frozenset({"la_code", "year"}))


@pytest.fixture
def here(tmp_path):
    return Settings(home=tmp_path / "home", workers=1)


@pytest.fixture
def read(tmp_path):
    """Examines content: its rows with their identifiers, and what is wrong with it."""

    def examine(content, told=TOLD, name="file.csv"):
        return intake.examine(write(tmp_path / name, content), told)

    return examine


def column(examined, table, field):
    return examined.tables[table][field].to_pylist()


def wrong(examined):
    """Line, field and check of each violation."""
    return [(each["line"], each["field"], each["check"]) for each in examined.violations.to_pylist()]


def message(here, file):
    [outcome] = intake.take_in(file, here)
    return outcome.message


# -- whose and when


def test_the_names_of_folders_say_whose_it_is_and_when(here, tmp_path):
    write(tmp_path / "in/302/2024-25/episodes.csv", episodes("A1"))
    assert message(here, tmp_path / "in").endswith(
        "episodes.csv: ssda903 2024-25 of 302 Barnet, 1 rows, 0 violations"
    )


def test_without_an_authority_or_a_year_it_is_refused_with_the_remedy(here, tmp_path):
    assert message(here, write(tmp_path / "x/2024-25_episodes.csv", episodes("A1"))).endswith(
        "which authority it is from; name the file or a folder so, such as 302, or give --la 302"
    )
    assert message(here, write(tmp_path / "x/302_header.csv", header("A1"))).endswith(
        "which year it is about; name the file or a folder so, such as 2024-25, or give --year 2025"
    )
    assert message(here, write(tmp_path / "x/uasc.csv", "CHILD,SEX,DOB,DUC")) == (
        "uasc.csv: does not say which authority it is from nor which year it is about; "
        "name the file or a folder so, such as 302/2024-25, or give --la 302 --year 2025"
    )


def test_last_years_file_under_a_new_name_is_refused_and_the_command_outweighs_the_suspicion(here, tmp_path):
    children = [f"A{number}" for number in range(30)]
    file = write(tmp_path / "302/2024-25 episodes.csv", episodes(*children, DECOM="03/06/2023"))
    assert message(here, file) == (
        "2024-25 episodes.csv: is named as of 2024-25, and most of its dates lie in 2023-24; "
        "correct the name, or give --year 2024 or --year 2025"
    )
    told = Told(year=2025, given=frozenset({"year"}))
    [outcome] = intake.take_in(file, here, told)
    assert (outcome.state, outcome.violations) == ("accepted", 1)


@pytest.mark.parametrize("packed", [False, True])
def test_what_lies_beside_a_file_of_a_doubtful_year_is_held_back_with_it(here, tmp_path, packed):
    children = [f"A{number}" for number in range(30)]
    folder = tmp_path / "302/2024-25"
    write(folder / "episodes.csv", episodes(*children, DECOM="03/06/2023"))
    write(folder / "header.csv", header(*children))
    other = write(tmp_path / "302/2023-24/header.csv", header("A1", SEX="1"))
    if packed:
        with zipfile.ZipFile(folder / "set.zip", "w") as archive:
            for name in ("episodes.csv", "header.csv"):
                archive.write(folder / name, name)
                (folder / name).unlink()
    outcomes = {each.source.name: each for each in intake.take_in([tmp_path / "302"], here)}
    inside = "2024-25/set.zip/" if packed else "2024-25/"
    assert outcomes[f"2023-24/{other.name}"].state == "accepted"
    assert outcomes[f"{inside}episodes.csv"].state == "refused"
    assert outcomes[f"{inside}header.csv"].message == (
        f"{inside}header.csv: is held back, since most dates of a file beside it lie in another year; "
        "correct the name, or give --year"
    )
    assert [each.collection_year for each in intake.submissions(here.raw)] == [2024]
    assert len(intake.refusals(here.raw)) == 2


def test_the_command_outweighs_the_names_with_a_violation_and_the_settings_are_for_want_of_both(
    here, tmp_path
):
    told = Told(la_code="302", year=2026, given=frozenset({"la_code", "year"}))
    intake.take_in(write(tmp_path / "301/2024-25 header.csv", header("A1")), here, told)
    intake.take_in(write(tmp_path / "301/2024-25 header.csv", header("A2")), replace(here, la="303"))
    found = {
        (each.la_code, each.collection_year): sorted(
            pq.read_table(each.folder(here.raw) / "violation.parquet")["check"].to_pylist()
        )
        for each in intake.submissions(here.raw)
    }
    assert found == {
        ("302", 2026): ["other_authority_told", "other_year_told"],
        ("301", 2025): [],
    }


def test_a_year_the_dictionary_does_not_know_is_refused(here, tmp_path):
    line = message(here, write(tmp_path / "302/2059-60 header.csv", header("A1")))
    assert line.startswith("2059-60 header.csv: is for 2059-60, and the dictionary knows 2013-14 to ")


def test_a_census_of_another_authority_and_year_than_its_name_lands_as_its_header_says(
    here, census, child, tmp_path
):
    whole = census([child()], la_code="302").read_bytes()
    [outcome] = intake.take_in(write(tmp_path / "301/2023-24 cin.xml", whole), here)
    [taken] = intake.submissions(here.raw)
    assert (taken.la_code, taken.collection_year) == ("302", 2025)
    found = pq.read_table(taken.folder(here.raw) / "violation.parquet")["check"].to_pylist()
    assert sorted(found) == ["other_authority_told", "other_year_told"]
    [again] = intake.take_in(write(tmp_path / "302/2025-26 renamed.xml", whole), here)
    assert (again.state, again.submission_id) == ("already_seen", outcome.submission_id)


def test_a_file_of_two_authorities_is_taken_as_that_of_the_one_it_is_told_to_be_from(here, tmp_path):
    """It says of no row whose it is: only the ids, under one authority's pseudonyms, remain."""
    file = write(tmp_path / "301 and 302/2024-25 header.csv", header("A1"))
    assert "does not say which authority it is from" in message(here, file)


# -- headings


def test_a_file_that_meets_its_contract_has_no_violation(read):
    assert wrong(read(header("A1", "A2"))) == []
    assert wrong(read(episodes("A1", "A2"))) == []


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (HEADER, []),
        ([each.lower() for each in HEADER], []),
        (["CHILDID", *HEADER[1:]], []),
        ([f" {each}\u00a0" for each in HEADER], []),
        (
            [*HEADER[:3], "ETHNICITY", *HEADER[4:]],
            [(1, "column 4", "unknown_column"), (1, "ETHNIC", "missing_column")],
        ),
        ([*HEADER[:6], ""], [(1, "column 7", "blank_heading"), (1, "MC_DOB", "missing_column")]),
        ([*HEADER[:5], "UPN", "MC_DOB"], [(1, "UPN", "repeated_column"), (1, "MOTHER", "missing_column")]),
    ],
)
def test_what_is_odd_about_headings_is_noticed_by_place_and_the_rest_is_taken(read, headings, expected):
    values = ["A1", "F", "17/06/2012", "WBRI", "A12345678901B", "0", "01/02/2024"]
    found = read(csv_text([headings, values]))
    assert wrong(found) == expected
    assert column(found, "header", "CHILD") == ["A1"]
    assert column(found, "header", "DOB") == ["2012-06-17"]
    assert column(found, "header", "UPN") == ["A12345678901B"]  # of two, the first


def test_columns_may_come_in_another_order_and_with_others_between(read):
    order = ["note", *reversed(HEADER)]
    found = read(csv_text([order, ["x", "", "0", "A12345678901B", "WBRI", "17/06/2012", "F", "A1"]]))
    assert wrong(found) == [(1, "column 1", "unknown_column")]
    assert column(found, "header", "CHILD") == ["A1"]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_column_is_said_once_and_not_of_every_row(read, missing):
    rest = [each for place, each in enumerate(HEADER) if place != missing]
    values = dict(zip(HEADER, ["A1", "F", "17/06/2012", "WBRI", "A12345678901B", "0", ""], strict=True))
    found = read(csv_text([rest, *[[values[name] for name in rest]] * 3]))
    absent = [each for each in wrong(found) if each[2] != "repeated_key"]
    assert absent == [(1, HEADER[missing], "missing_column")]


def test_headings_below_a_title_and_blank_rows_in_the_middle_count_as_a_spreadsheet_does(read):
    text = "Looked after,,\r\n\r\n" + header("A1").replace("A1,", "\r\n,,,\r\nA1,") + "\r\nA2,F\r\n"
    found = read(text)
    assert found.tables["header"]["line"].to_pylist() == [6, 8]
    assert found.tables["header"]["row_number"].to_pylist() == [1, 2]
    assert {each[0] for each in wrong(found)} == {8}


def test_line_breaks_in_a_cell_do_not_shift_the_numbers_of_rows(read):
    found = read(episodes("A1", "A2", "A3", REC='two\r\nlines, "quoted"'))
    assert found.tables["episodes"]["line"].to_pylist() == [2, 3, 4]
    assert column(found, "episodes", "REC") == ['two\r\nlines, "quoted"'] * 3


@pytest.mark.parametrize("text", ["A1,03/06/2024\r\n", "CHILD\r\nA1\r\n", "CHILD,NAME\r\nA1,x\r\n"])
def test_a_file_without_the_headings_of_a_table_is_refused(read, text):
    with pytest.raises(ValueError, match=r"file\.csv: has no headings of a table known here; check that"):
        read(text)


@pytest.mark.parametrize("content", ["", "\ufeff", " \r\n\r\n"])
def test_an_empty_file_is_refused(read, content):
    with pytest.raises(ValueError, match=r"file\.csv: is empty; export"):
        read(content)


def test_a_file_of_headings_alone_is_an_empty_table(read):
    found = read(csv_text([EPISODES]))
    assert found.tables["episodes"].num_rows == 0
    assert wrong(found) == []


# -- values


@pytest.mark.parametrize(
    ("sent", "kept", "checks"),
    [
        ("01/02/2015", "2015-02-01", []),
        ("1/2/2015", "2015-02-01", []),
        ("2015-02-01", "2015-02-01", []),
        ("2015-02-01 00:00:00", "2015-02-01", []),
        ("02/13/2015", "02/13/2015", ["is_a_date"]),
        ("2015-02-30", "2015-02-30", ["is_a_date"]),
        ("30/02/2015", "30/02/2015", ["is_a_date"]),
        ("45383", "45383", ["is_a_date"]),
        ("1 Feb 2015", "1 Feb 2015", ["is_a_date"]),
        ("nan", "nan", ["is_a_date"]),
        ("", None, ["required"]),
    ],
)
def test_dates_are_day_first_or_iso_and_what_is_neither_stays_as_sent(read, sent, kept, checks):
    found = read(header("A1", DOB=sent))
    assert column(found, "header", "DOB") == [kept]
    assert [check for _, _, check in wrong(found)] == checks


@pytest.mark.parametrize("sent", ["00123", "12E3", "nan", "NULL", "None", "1.0", "-0", "0x1F", "TRUE"])
def test_a_value_is_kept_as_it_was_sent(read, sent):
    found = read(episodes(sent, URN=sent))
    assert column(found, "episodes", "CHILD") == column(found, "episodes", "URN") == [sent]


def test_a_child_once_more_is_a_violation_and_both_rows_land(read):
    found = read(header("A1", "A2", "A1"))
    assert column(found, "header", "CHILD") == ["A1", "A2", "A1"]
    assert wrong(found) == [(4, None, "repeated_key")]


def test_a_row_may_be_shorter_or_longer_than_the_headings(read):
    found = read(
        header("A1") + "A2,F,17/06/2012,WBRI,A12345678901B\r\n" + "A3,F,17/06/2012,WBRI,UN1,0,,x,y\r\n"
    )
    assert column(found, "header", "CHILD") == ["A1", "A2", "A3"]
    assert wrong(found) == [(1, "column 8", "blank_heading"), (1, "column 9", "blank_heading")]


def test_windows_1252_is_noticed_and_read(read):
    found = read(header("A1", ETHNIC="Søn").encode("cp1252"))
    assert column(found, "header", "ETHNIC") == ["Søn"]
    assert (None, None, "windows_1252") in wrong(found)


# -- XML


def xml_child(number):
    return {
        "HEADER": {
            "CHILDID": number,
            "SEX": "F",
            "DOB": "2012-06-17",
            "ETHNIC": "WBRI",
            "UPN": "A12345678901B",
            "MOTHER": "0",
            "UASC": "1",
            "DUC": "2030-06-17",
            "AREVIEW": [
                {"REVIEW": "2024-07-01", "REVIEW_CODE": "PN1"},
                {"REVIEW": "2024-12-01", "REVIEW_CODE": "PN1"},
            ],
            "AMISSING": {"MISSING": "M", "MIS_START": "2024-08-01", "MIS_END": "2024-08-02"},
        },
        "EPISODE": [
            {"DECOM": "2024-06-03", "RNE": "S", "LS": "V2", "CIN": "N1", "PL": "U1"},
            {"DECOM": "2024-07-03", "RNE": "P", "LS": "V2", "CIN": "N1", "PL": "U1"},
        ],
    }


def test_one_xml_file_gives_the_rows_of_the_csv_files(read):
    text = elements("EXPSSDA903", {"CHILD": [xml_child("A1"), xml_child("A2")]})
    found = read(text, name="file.xml")
    root = ElementTree.fromstring(text)
    counted = {
        "header": len(root.findall("CHILD")),
        "episodes": len(root.findall("CHILD/EPISODE")),
        "reviews": len(root.findall("CHILD/HEADER/AREVIEW")),
        "missing": len(root.findall("CHILD/HEADER/AMISSING")),
        "uasc": len(root.findall("CHILD/HEADER/DUC")),
    }
    assert {name: table.num_rows for name, table in found.tables.items() if table.num_rows} == counted
    assert column(found, "episodes", "CHILD") == ["A1", "A1", "A2", "A2"]
    assert column(found, "reviews", "DOB") == ["2012-06-17"] * 4
    as_csv = read(episodes("A1", DECOM="2024-06-03"))
    for field in ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE"):
        assert column(found, "episodes", field)[0] == column(as_csv, "episodes", field)[0]


def test_xml_of_another_root_is_refused(read):
    with pytest.raises(ValueError, match="is XML, but not of a return known here"):
        read("<Children><CHILD/></Children>", name="file.xml")


# -- what replaces what


def in_use(here, as_of=None):
    """Of each table in use, the name of the file it came in and its rows."""
    return {
        (each.la_code, each.period_end[:4], table): (Path(each.file_name).name, file.rows)
        for each in intake.current(here.raw, as_of)
        for table, file in each.tables.items()
    }


def test_a_reason_for_having_no_pupil_number_is_no_identifier_and_a_number_is(here, tmp_path):
    text = header("A1", UPN="UN3") + header("A2", UPN="A12345678901B").split("\r\n", 1)[1]
    intake.take_in(write(tmp_path / "302/2024-25 header.csv", text), here)
    [taken] = intake.submissions(here.raw)
    reason, number = pq.read_table(taken.folder(here.raw) / "header.parquet")["UPN"].to_pylist()
    assert reason == "UN3"
    assert len(number) == 32 and "12345" not in number


def test_a_file_sent_again_replaces_its_own_table_and_nothing_else(here, tmp_path):
    folder = tmp_path / "991" / "2024-25"
    write(folder / "header.csv", header("A1", "A2"))
    write(folder / "episodes.csv", episodes("A1", "A2"))
    intake.take_in(tmp_path / "991", here, now=MARCH)
    write(folder / "episodes_2.csv", episodes("A1", "A2", "A3"))
    outcomes = intake.take_in(tmp_path / "991", here, now=MARCH + timedelta(days=1))
    assert sorted(each.state for each in outcomes) == ["accepted", "already_seen", "already_seen"]
    assert in_use(here) == {
        ("991", "2025", "header"): ("header.csv", 2),
        ("991", "2025", "episodes"): ("episodes_2.csv", 3),
    }
    assert in_use(here, MARCH)["991", "2025", "episodes"] == ("episodes.csv", 2)
    assert in_use(here, MARCH - timedelta(seconds=1)) == {}


def test_a_zip_and_the_same_files_loose_are_the_same_submissions(here, tmp_path):
    files = {"header.csv": header("A1"), "episodes.csv": episodes("A1")}
    archive = write(tmp_path / "a/991/2024-25/all.zip", zipped({**files, "__MACOSX/._header.csv": b"x"}))
    first = intake.take_in(archive, here, TOLD, now=MARCH)
    assert [each.state for each in first] == ["accepted", "accepted"]
    assert [each.message.partition(":")[0] for each in first] == [
        "all.zip/header.csv",
        "all.zip/episodes.csv",
    ]
    for name, text in files.items():
        write(tmp_path / "b/991/2024-25" / name, text)
    again = intake.take_in(tmp_path / "b", here, TOLD)
    assert {each.state for each in again} == {"already_seen"}
    assert {each.submission_id for each in again} == {each.submission_id for each in first}
    assert len(intake.submissions(here.raw)) == 2


def test_folders_in_a_zip_say_whose_its_files_are(here, tmp_path):
    content = zipped({f"{la}/2024-25/header.csv": header("A1") for la in ("991", "992")})
    outcomes = intake.take_in(write(tmp_path / "x/region.zip", content), here)
    assert [each.state for each in outcomes] == ["accepted", "accepted"]
    assert {each.la_code for each in intake.submissions(here.raw)} == {"991", "992"}


def test_headings_alone_from_two_authorities_are_two_submissions(here, tmp_path):
    for la_code in ("991", "992"):
        for year in ("2023-24", "2024-25"):
            write(tmp_path / "in" / la_code / year / "uasc.csv", csv_text([names("ssda903", "uasc")]))
    for states in (["accepted"] * 4, ["already_seen"] * 4):
        assert [each.state for each in intake.take_in(tmp_path / "in", here)] == states
    assert len(in_use(here)) == 4


def test_an_empty_table_sent_later_empties_that_table(here, tmp_path):
    intake.take_in(write(tmp_path / "991/2024-25 a.csv", episodes("A1")), here, now=MARCH)
    later = MARCH + timedelta(days=1)
    intake.take_in(write(tmp_path / "991/2024-25 b.csv", csv_text([EPISODES])), here, now=later)
    assert in_use(here) == {("991", "2025", "episodes"): ("2024-25 b.csv", 0)}


def test_what_is_withdrawn_gives_way_to_what_came_before_and_can_be_brought_back(here, tmp_path):
    for name, children in (("a.csv", ["A1"]), ("b.csv", ["A1", "A2"])):
        file = write(tmp_path / f"991/2024-25 {name}", header(*children))
        done = intake.take_in(file, here, now=MARCH + timedelta(days=len(children)))
    [latest] = done
    place = ("991", "2025", "header")
    assert in_use(here)[place] == ("2024-25 b.csv", 2)
    told = ncd("withdraw", latest.submission_id, home=here.home).stdout
    assert told.startswith("2024-25 b.csv: withdrawn\n")
    assert in_use(here)[place] == ("2024-25 a.csv", 1)
    assert in_use(here, MARCH + timedelta(days=9))[place] == ("2024-25 b.csv", 2)  # what was known on the day
    assert "it is withdrawn, and 'ncd withdraw --undo" in message(here, tmp_path / "991/2024-25 b.csv")
    undone = ncd("withdraw", "--undo", latest.submission_id, home=here.home)
    assert undone.stdout.startswith("2024-25 b.csv: back in use\n")
    assert in_use(here)[place] == ("2024-25 b.csv", 2)
    twice = ncd("withdraw", "--undo", latest.submission_id, home=here.home)
    assert (twice.returncode, len(twice.stderr.splitlines())) == (2, 1)


# -- counted independently


@pytest.mark.parametrize("table", [each.name for each in tables("ssda903")])
def test_every_row_of_every_table_lands_once(here, tmp_path, table):
    key = [field.name for field in fields("ssda903", table) if field.is_key]
    headings = names("ssda903", table, None)
    known = [row("ssda903", table, None, **dict.fromkeys(key, f"A{number}")) for number in range(137)]
    known[5:5] = [[""] * len(headings)]  # blank in a spreadsheet: no row
    text = csv_text([headings, *known, known[0]])
    counted = sum(any(each) for each in csv.reader(io.StringIO(text, newline=""))) - 1
    told = Told(la_code="991", year=2027, given=frozenset({"la_code", "year"}))
    [outcome] = intake.take_in(write(tmp_path / f"{table}.csv", text), here, told)
    [taken] = intake.submissions(here.raw)
    assert {name: file.rows for name, file in taken.tables.items()} == {table: counted} == {table: 138}
    assert pq.read_metadata(taken.folder(here.raw) / f"{table}.parquet").num_rows == outcome.rows == 138
