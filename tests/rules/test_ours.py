"""Rules of this project: told apart from the department's, never in the way, quiet on what is sound."""

import csv
import json
import re
from datetime import date

import fastexcel
import pytest

from dagster_project import rules, validation
from dagster_project.returns import Told
from dagster_project.synthetic import write_annex_a, write_csww
from tests.conftest import ncd
from tests.rules.harness import LA, told, written

ENDS_BEFORE_START = {"RoleStartDate": "2025-03-31", "RoleEndDate": "2025-03-30"}
#: What made-up lists fail: cases are closed while the child is in care, and plans go on after childhood.
NOT_SO_LIKELY = {"A708", "A805"}


def failing(checked):
    return {each.rule.code for each in checked.failed}


def broken(checked):
    return [(each.rule.code, each.reason) for each in checked.results if "fault" in (each.reason or "")]


def test_the_code_of_a_rule_says_whose_it_is():
    ours = [rule for each in rules.returns() for rule in rules.rules(each) if rule.is_ours]
    others = [rule for each in rules.returns() for rule in rules.rules(each) if not rule.is_ours]
    assert {rule.return_id for rule in ours} == {"annex_a", "cin", "csww", "ssda903"}
    assert {rule.return_id for rule in others} == {"cin", "ssda903"}
    shapes = {"annex_a": "[AX]", "cin": "[CX]1", "csww": "W", "ssda903": "X2"}
    assert [rule.code for rule in ours if not re.match(rf"{shapes[rule.return_id]}\d+$", rule.code)] == []
    assert [rule.code for rule in others if re.match("[WACX]", rule.code)] == []
    across = [rule for rule in ours if set(rule.needs) & set(rules.returns())]
    assert {rule.code[0] for rule in across} == {"X"} == {rule.code[0] for rule in ours} - {"W", "A", "C"}


def test_an_error_of_ours_is_shown_and_holds_no_return_back(tmp_path):
    checked = validation.checked([written("csww", 2025, ENDS_BEFORE_START, tmp_path / "now")])
    [result] = [each for each in checked.failed if each.rule.code == "W201"]
    assert (result.rule.severity, checked.blocks) == ("error", False)


def test_every_report_says_who_set_a_rule_and_counts_the_two_apart(tmp_path):
    a_fault = {"LAchildID": "A1", "Sex": "X", "PersonBirthDate": "2015-05-06"}
    beside = written("ssda903", 2025, {"episodes": {}}, tmp_path / "beside")
    checked = validation.checked([written("cin", 2025, a_fault, tmp_path / "now")], beside=[beside])
    assert {"4180", "X101"} <= failing(checked)

    results = json.loads(validation.as_json(checked))["results"]
    assert {each["rule_code"]: each["set_by"] for each in results}["X101"] == "this project"
    assert {each["set_by"] for each in results if each["rule_code"][0] not in "CX"} == {"DfE"}

    rows = list(csv.DictReader(validation.as_csv(checked).splitlines()))
    assert {row["rule_code"]: row["set_by"] for row in rows if row["state"] == "failed"}[
        "X101"
    ] == "this project"
    assert {row["set_by"] for row in rows if row["rule_code"] == "4180"} == {"DfE"}
    assert all(row["message"] for row in rows)

    validation.write_workbook(checked, tmp_path / "report.xlsx")
    book = fastexcel.read_excel(tmp_path / "report.xlsx")
    for sheet in ("Rules", "Failures"):
        told_there = book.load_sheet(sheet).to_arrow().select(["rule code", "set by"]).to_pylist()
        assert {each["rule code"]: each["set by"] for each in told_there}["X101"] == "this project"

    page = validation.as_page(checked)
    assert "<h2>Rules of DfE</h2>" in page and "<h2>Rules of this project</h2>" in page
    assert "(query, this project)" in page and "(error, DfE)" in page

    output = tmp_path / "report.txt"
    validation.report(checked, "table", output, None)
    shown = output.read_text()
    n_ours = sum(each["set_by"] == "this project" for each in results)
    assert f"{n_ours} rules of this project: " in shown
    assert f"{len(results) - n_ours} rules of DfE: " in shown
    assert re.search(r"X101\s+query\s+1\s+The date of birth differs .*this project", shown)


def test_annex_a_lists_are_held_against_the_month_they_show(tmp_path):
    contact = {"list_1": {"Date of Contact": "2025-02-01"}}
    file = written("annex_a", 2025, contact, tmp_path / "now")
    for month, is_ahead in ((date(2025, 1, 31), True), (date(2025, 2, 28), False)):
        checked = validation.checked([file], Told(la_code=LA, month=month), codes=["A104"])
        assert (failing(checked) == {"A104"}) is is_ahead


@pytest.mark.parametrize("return_id", ["csww", "annex_a"])
@pytest.mark.parametrize("year", [2018, 2023, 2026])
def test_no_rule_of_any_year_breaks(return_id, year, tmp_path):
    content = {} if return_id == "csww" else {f"list_{number}": {} for number in range(1, 12)}
    beside = [
        written(each, year, {}, tmp_path / each) for each in ("cin", "ssda903") if return_id == "annex_a"
    ]
    now, before = (written(return_id, each, content, tmp_path / str(each)) for each in (year, year - 1))
    previous = [before] if return_id == "csww" else []
    checked = validation.checked([now], told(return_id, year), previous, beside)
    assert broken(checked) == []
    assert "could_not_run" not in {each.state for each in checked.results}
    in_force = {rule.code for rule in rules.rules(return_id, year)}
    assert {each.rule.code for each in checked.results if each.state != "not_applicable"} <= in_force


def test_made_up_workforce_censuses_without_faults_fail_no_rule(tmp_path):
    made = write_csww(tmp_path, (2024, 2025), workers=40, authorities=["991", "994"], faults=False)
    for before, now in zip(made.files[::2], made.files[1::2], strict=True):
        checked = validation.checked([now], previous=[before])
        assert {each.state for each in checked.results} == {"passed"}


def test_made_up_lists_without_faults_fail_no_rule_but_those_known(tmp_path):
    made = write_annex_a(tmp_path, date(2025, 1, 31), children=150, authorities=["991", "993"], faults=False)
    for file in made.files:
        checked = validation.checked([file], Told(la_code=LA, month=date(2025, 1, 31)))
        assert failing(checked) <= NOT_SO_LIKELY
        assert broken(checked) == []


def test_the_command_checks_a_workforce_census_and_annex_a_lists(tmp_path):
    census = written("csww", 2025, ENDS_BEFORE_START, tmp_path / "csww")
    found = ncd("validate", str(census), home=tmp_path)
    assert found.returncode == 0
    assert re.search(r"W201\s+error\s+1\s+The role ends before it starts\s+this project", found.stdout)

    lists = written("annex_a", 2025, {"list_7": {}}, tmp_path / "lists")
    cin = written("cin", 2025, {}, tmp_path / "cin")
    options = ("--la", LA, "--month", "2025-03", "--beside", str(cin))
    found = ncd("validate", str(lists), *options, home=tmp_path)
    assert found.returncode == 0, found.stderr
    assert re.search(r"A703\s+query\s+1", found.stdout) and re.search(r"X401\s+query\s+1", found.stdout)

    untold = ncd("validate", str(lists), "--la", LA, home=tmp_path)
    assert untold.returncode == 2 and "--month 2025-01" in untold.stderr
