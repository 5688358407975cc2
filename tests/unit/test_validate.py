"""Checking a return: what every rule comes to, what is said of what could not be run, and the reports."""

import csv
import json
import re
import zipfile
from io import StringIO
from pathlib import Path

import fastexcel
import pytest
from rich.console import Console

from dagster_project import rules, validation
from dagster_project.dictionary import fields, is_in_force
from dagster_project.returns import Told
from dagster_project.rules import checking, loading
from dagster_project.validation.page import as_page
from dagster_project.validation.terminal import show
from tests.conftest import ncd
from tests.rules.harness import LA, written

TOLD = Told(la_code=LA, year=2025)
RETURNS = ("cin", "ssda903")
ALL = [rule for return_id in RETURNS for rule in rules.rules(return_id)]
A_FAULT = {"children": [{"LAchildID": "=1+1", "Sex": "X"}, {"LAchildID": "B2"}]}


@pytest.fixture
def made(tmp_path):
    """Writes a submission; gives where."""

    def write(return_id, content, year=2025, name="now"):
        return written(return_id, year, content, tmp_path / name)

    return write


def result(checked, code):
    return next(each for each in checked.results if each.rule.code == code)


# -- the rules as data


def test_a_rule_flags_fields_that_exist_and_tells_its_severity():
    def exists(rule, table, name):
        known = fields(rule.return_id, table) or fields(rule.return_id, table.removeprefix("previous_"))
        return name in {each.name for each in known}

    assert len(ALL) > 446
    unknown = [
        (rule.code, each) for rule in ALL for each in rule.fields if not exists(rule, *each.split("."))
    ]
    assert unknown == []
    assert {rule.severity for rule in ALL} == {"error", "query", "not_recorded"}
    assert all(rule.message.strip() and rule.fields for rule in ALL)


@pytest.mark.parametrize("return_id", RETURNS)
def test_one_entry_of_a_code_at_most_is_in_force_in_a_year(return_id):
    for year in range(2014, 2031):
        codes = [rule.code for rule in rules.rules(return_id, year)]
        assert len(codes) == len(set(codes))


def test_all_rules_known_are_there():
    assert len({rule.code for rule in rules.rules("cin") if not rule.is_ours}) == 109
    assert len({rule.code for rule in rules.rules("ssda903") if not rule.is_ours}) == 337


@pytest.mark.parametrize("year", range(2023, 2028))
@pytest.mark.parametrize("return_id", RETURNS)
def test_no_rule_of_any_year_breaks(return_id, year, made):
    content = {} if return_id == "cin" else {"header": {}, "episodes": [{}]}
    now, before = made(return_id, content, year), made(return_id, content, year - 1, "before")
    checked = validation.checked([now], Told(la_code=LA, year=year), [before])
    broken = [(each.rule.code, each.reason) for each in checked.results if "fault" in (each.reason or "")]
    assert broken == []
    in_force = {rule.code for rule in ALL if rule.return_id == return_id and rule.holds_in(year)}
    assert {each.rule.code for each in checked.results} >= in_force


# -- the four states


def test_before_its_first_year_every_rule_is_not_applicable_and_says_why(made):
    checked = validation.checked([made("cin", {"LAchildID": None}, 2020)])
    assert {each.state for each in checked.results} == {"not_applicable"}
    assert result(checked, "8500").reason == "known to be in force from 2022-23"
    assert not checked.is_of_known_rules
    assert "no rule of DfE is known of that year" in as_seen(checked)
    assert "No rule of DfE is known of that year" in as_page(checked)


def test_a_rule_that_raises_could_not_run_and_stops_no_other(made, monkeypatch):
    broken = [
        rule if rule.code != "8510" else loading.Rule(**{**vars(rule), "sql": "select nothing from child"})
        for rule in rules.rules("cin")
    ]
    monkeypatch.setattr(checking, "rules", lambda _: broken)
    checked = validation.checked([made("cin", {"LAchildID": None})])
    assert result(checked, "8510").state == "could_not_run"
    assert result(checked, "8510").reason == "a fault in the rule itself (BinderException)"
    assert result(checked, "8500").state == "failed"
    assert len(checked.results) == len({rule.code for rule in broken})
    assert "\x1b[1;31mcould not run, a fault in the rule itself (BinderException): 8510" in as_seen(checked)
    assert "at fault themselves" in as_page(checked)


def test_a_rule_that_lacks_something_is_not_shown_as_broken(made):
    checked = validation.checked([made("ssda903", {"header": {}, "episodes": [{}], "omit": ["ad1"]})], TOLD)
    assert result(checked, "112").state == "could_not_run"
    assert "\x1b[1;31m" not in as_seen(checked)
    assert "at fault themselves" not in as_page(checked)


def as_seen(checked):
    """What a terminal shows, with its colours."""
    text = StringIO()
    show(
        checked, Console(file=text, force_terminal=True, color_system="standard", width=200, highlight=False)
    )
    return text.getvalue()


def test_a_bad_cell_of_one_child_hides_no_fault_of_another(made):
    bad = {
        "LAchildID": "",
        "PersonBirthDate": "31/31/2015",
        "cin_details": [{"child_protection_plan": [{"NumberOfPreviousCPP": "many", "CPPstartDate": "?"}]}],
    }
    good = {"PersonBirthDate": "2024-01-01", "PersonDeathDate": "2023-01-01"}
    alone = validation.checked([made("cin", {"children": [good]})])
    beside = validation.checked([made("cin", {"children": [good, bad]}, name="both")])
    for each in alone.failed:
        places = {place.row for place in result(beside, each.rule.code).places if place.table == "child"}
        assert {place.row for place in each.places if place.table == "child"} <= places, each.rule.code


def test_what_was_not_sent_is_named_and_never_passes_in_silence(made):
    checked = validation.checked([made("ssda903", {"header": {}, "episodes": [{}], "omit": ["ad1"]})], TOLD)
    reads_ad1 = [each for each in checked.results if each.reason == "nothing was sent of ad1"]
    assert len(reads_ad1) > 10
    assert {each.state for each in reads_ad1} == {"could_not_run"}
    without_last_year = [
        each.state
        for each in checked.results
        if "previous" in each.rule.needs and each.rule.holds_in(2025) and not each.rule.withdrawn
    ]
    assert set(without_last_year) == {"could_not_run"}


def without(file, column):
    """Take a column out of a CSV file."""
    headings, *rows = csv.reader(file.open())
    place = headings.index(column)
    kept = [row[:place] + row[place + 1 :] for row in (headings, *rows)]
    file.write_text("\n".join(",".join(row) for row in kept))


def test_a_column_that_is_missing_makes_its_rules_could_not_run(made):
    folder = made("ssda903", {"header": {}, "episodes": [{}]})
    without(folder / "header.csv", "ETHNIC")
    checked = validation.checked([folder], TOLD)
    assert result(checked, "103").reason == "header has no column ETHNIC"
    assert result(checked, "102").state == "passed"


def test_so_does_one_whose_text_alone_a_rule_looks_at(made):
    folder = made("ssda903", {"header": {}, "episodes": [{}], "missing": [{}]})
    without(folder / "missing.csv", "MIS_START")
    assert result(validation.checked([folder], TOLD), "564").reason == "missing has no column MIS_START"


def test_so_does_one_that_is_missing_in_the_files_of_last_year_or_of_another_return(made):
    before = made("ssda903", {"header": {}, "episodes": [{}], "placed_for_adoption": [{}]}, 2024, "before")
    without(before / "placed_for_adoption.csv", "DATE_PLACED")
    now = made("ssda903", {"header": {}, "episodes": [{}], "placed_for_adoption": [{}]})
    said = "previous_placed_for_adoption has no column DATE_PLACED"
    assert result(validation.checked([now], TOLD, [before]), "559").reason == said

    without(before / "episodes.csv", "DEC")
    census = made("cin", {}, 2024, "census")
    found = validation.checked([census], beside=[before])
    assert result(found, "X106").reason == "ssda903_episodes has no column DEC"


def test_a_heading_without_rows_is_not_applicable(made):
    checked = validation.checked([made("ssda903", {"header": {}, "episodes": [{}]})], TOLD)
    assert result(checked, "112").reason == "no row in ad1"


# -- files


def test_places_are_told_as_the_senders_file_numbers_them(made):
    folder = made("ssda903", {"header": [{"CHILD": "X1"}, {"CHILD": "X2", "ETHNIC": "?"}], "episodes": [{}]})
    [place] = result(validation.checked([folder], TOLD), "103").places
    assert (place.line, place.child, place.fields) == (3, "X2", ("ETHNIC",))

    file = made("cin", A_FAULT, name="cin")
    [place] = result(validation.checked([file]), "4180").places
    assert "<Child>" in file.read_text().splitlines()[place.line - 1]
    assert place.child == "=1+1"


def test_files_of_two_returns_or_of_one_table_twice_are_refused(made, tmp_path):
    cin, folder = made("cin", {}, name="cin"), made("ssda903", {"header": {}, "episodes": [{}]})
    with pytest.raises(validation.Refused, match="check one return at a time"):
        validation.checked([cin, folder], TOLD)
    again = tmp_path / "again"
    again.mkdir()
    (again / "header.csv").write_text((folder / "header.csv").read_text())
    with pytest.raises(validation.Refused, match="holds header, and so does"):
        validation.checked([folder, again], TOLD)
    with pytest.raises(validation.Refused, match="and not ssda903 2023-24"):
        validation.checked([folder], TOLD, [cin])


def test_a_zip_is_checked_like_the_folder_it_was_made_of(made, tmp_path):
    folder = made("ssda903", {"header": {"ETHNIC": "?"}, "episodes": [{}]})
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert (
        validation.checked([tmp_path / "all.zip"], TOLD).results == validation.checked([folder], TOLD).results
    )


def test_a_list_given_lets_its_rules_run_and_an_unknown_one_is_refused(made, tmp_path):
    file = tmp_path / "providers.csv"
    file.write_text(
        "urn,placement_codes,provider_codes,postcode,registration_end\n7654321,U6,PR1,SW1A 2AA,\n"
    )
    lists = validation.lists_in([f"providers={file}"])
    assert lists["providers"]["urn"].to_pylist() == ["7654321"]
    checked = validation.checked([made("ssda903", {"header": {}, "episodes": [{}]})], TOLD, lists=lists)
    needy = [each for each in checked.results if each.rule.needs == ("providers",)]
    assert needy and {each.state for each in needy if each.rule.holds_in(2025)} <= {"failed", "passed"}
    with pytest.raises(validation.Refused, match="no rule needs a list 'schools'"):
        validation.lists_in([f"schools={file}"])


# -- the reports


def test_the_object_has_every_rule_and_every_place(made):
    told = json.loads(validation.as_json(validation.checked([made("cin", A_FAULT)])))
    assert list(told) == ["submission", "results", "failures", "violations"]
    assert told["submission"]["collection_year"] == 2025
    assert told["submission"]["row_counts"]["child"] == 2
    assert re.fullmatch("[0-9a-f]{64}", told["submission"]["files"][0]["sha256"])
    assert len(told["results"]) == len({rule.code for rule in rules.rules("cin")})
    counts = {each["rule_code"]: each["failure_count"] for each in told["results"]}
    for code, count in counts.items():
        assert count == sum(each["rule_code"] == code for each in told["failures"])
    [failure] = [each for each in told["failures"] if each["rule_code"] == "4180"]
    assert {**failure, "row": 0} == {
        "rule_code": "4180",
        "table": "child",
        "row": 0,
        "child": "=1+1",
        "fields": ["Sex"],
        "message": "Sex must be provided and equal M, F, or U",
    }
    assert {"table", "row", "field", "check"} == set(told["violations"][0])


def test_no_cell_is_taken_for_a_formula(made, tmp_path):
    checked = validation.checked([made("cin", A_FAULT)])
    rows = list(csv.DictReader(validation.as_csv(checked).splitlines()))
    assert "'=1+1" in {row["child"] for row in rows}
    validation.write_workbook(checked, tmp_path / "report.xlsx")
    book = fastexcel.read_excel(tmp_path / "report.xlsx")
    assert book.sheet_names == ["Summary", "Rules", "Failures", "Layout"]
    sheets = [book.load_sheet(name, header_row=None, dtypes="string") for name in book.sheet_names]
    cells = [
        cell for sheet in sheets for column in sheet.to_arrow().columns for cell in column.to_pylist() if cell
    ]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[0] in "=+-@"]
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        assert b"<autoFilter" in archive.read("xl/worksheets/sheet3.xml")


def test_the_page_needs_nothing_from_outside_and_holds_no_markup_of_a_sender(made):
    page = validation.as_page(validation.checked([made("cin", {"LAchildID": "<script>x</script>"})]))
    assert "<script" not in page
    assert not re.search(r"(src|href)=|https?:|@import|url\(", page)
    assert "LA Child ID must not contain any non-alphanumeric characters" in page


def test_reports_say_no_value_of_a_record_beside_the_childs_id(made):
    content = {"PersonBirthDate": "2031-07-19", "UPN": "Z999123456789", "Ethnicity": "SECRET"}
    checked = validation.checked([made("cin", content)])
    assert {"8520", "1530", "4220"} <= {each.rule.code for each in checked.failed}
    for report in (validation.as_json, validation.as_csv, validation.as_page):
        assert not re.search("2031-07-19|Z999123456789|SECRET", report(checked))


# -- the command


def test_the_command_tells_by_its_exit_status_what_it_found(made, tmp_path):
    clean = ncd("validate", str(made("cin", {})), "--format", "json", home=tmp_path)
    severities = {
        each["severity"] for each in json.loads(clean.stdout)["results"] if each["state"] == "failed"
    }
    assert (clean.returncode, severities) == (0, {"query"})  # one child has fewer than eight disabilities

    faulty = ncd("validate", str(made("cin", {"LAchildID": None}, name="faulty")), home=tmp_path)
    assert faulty.returncode == 1
    assert re.search(r"8500\s+error\s+1\s+LA Child ID missing", faulty.stdout)

    (tmp_path / "broken.xml").write_text("<Message><Header>")
    broken = ncd("validate", str(tmp_path / "broken.xml"), home=tmp_path)
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("ncd: broken.xml: ") and broken.stderr.count("\n") == 1


def test_a_report_goes_where_it_is_told_in_the_form_its_name_says(made, tmp_path):
    file = str(made("cin", {"LAchildID": None}))
    for name, begins in {"r.csv": "\ufeffrule_code", "r.json": "{", "r.html": "<!doctype"}.items():
        assert ncd("validate", file, "--output", str(tmp_path / name), home=tmp_path).returncode == 1
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    refused = ncd("validate", file, "--format", "xlsx", home=tmp_path)
    assert (refused.returncode, refused.stderr) == (
        2,
        "ncd: a workbook needs a file to go to: give --output FILE.xlsx\n",
    )


def test_the_rules_are_listed_by_year(tmp_path):
    listed = ncd("rules", "list", "--return", "cin", "--year", "2022-23", home=tmp_path).stdout.splitlines()
    in_force = [rule for rule in rules.rules("cin") if is_in_force(rule.first_year, rule.last_year, 2023)]
    assert len(listed) == len(in_force) + 1
    assert ncd("rules", "list", "--return", "pf1", home=tmp_path).returncode == 2


def test_the_page_of_rules_is_what_the_rules_make_it():
    from dagster_project.rules import rules_page

    remedy = "run: python -m dagster_project.rules.rules_page"
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.page(), remedy


def test_the_working_days_of_england_leave_out_its_bank_holidays():
    from dagster_project.rules.days import calendar

    known = calendar(2025)
    days = dict(zip(known["day"].to_pylist(), known["is_working"].to_pylist(), strict=True))
    told = {str(day): is_working for day, is_working in days.items()}
    # Good Friday, Easter Monday, the coronation, Boxing Day put off to a Tuesday; an ordinary Friday
    assert not any(told[day] for day in ("2024-03-29", "2024-04-01", "2023-05-08", "2022-12-27"))
    assert told["2024-03-22"] and not told["2024-03-23"]


def test_no_path_of_the_report_is_lost_where_it_cannot_be_written(made, tmp_path):
    output = tmp_path / "no" / "such" / "report.json"
    refused = ncd("validate", str(made("cin", {})), "--output", str(output), home=tmp_path)
    assert refused.returncode == 2
    assert Path(output).name in refused.stderr
