"""Every rule on cases of its own, through the real reader: some on which it fails, some it lets pass."""

import pytest

from dagster_project.dictionary import years
from dagster_project.returns import period
from dagster_project.rules import returns, rules
from tests.rules.harness import Case, cases, result_of, rows_found

CASES = [case for return_id in returns() for case in cases(return_id)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_fails_where_it_should_and_nowhere_else(case: Case, tmp_path, monkeypatch):
    if case.year not in years(case.return_id):  # a rule that finds nothing before a year still to come
        monkeypatch.setattr(period, "years", lambda _: range(case.year - 1, case.year + 1))
    result = result_of(case, tmp_path)
    assert (result.state, result.reason) == ("failed" if case.fails else "passed", None)
    if "rows" in case.content:
        assert rows_found(result) == case.content["rows"]


@pytest.mark.parametrize("return_id", returns())
def test_every_rule_that_can_be_run_has_a_case_on_which_it_fails_and_one_on_which_it_passes(return_id):
    tried = {
        (case.code, case.fails, rule.first_year)
        for case in CASES
        if case.return_id == return_id
        for rule in rules(return_id, case.year)
        if rule.code == case.code
    }
    untried = [
        (rule.code, said)
        for rule in rules(return_id)
        if rule.sql
        for said in (True, False)
        if (rule.code, said, rule.first_year) not in tried
    ]
    assert untried == []
