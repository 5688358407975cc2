"""The rules over what was taken in: each state of a return once, and as ``ncd validate`` says of it."""

from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from dagster_project import intake, rule_checks, synthetic, validation
from dagster_project.dictionary import year_name
from dagster_project.intake import ledger
from dagster_project.returns import Told
from dagster_project.rule_checks import store
from dagster_project.settings import Settings
from tests.rules.harness import written

LA = "991"
MAY = datetime(2025, 5, 1, 9, tzinfo=UTC)
TOLD = Told(la_code=LA, year=2025)


@pytest.fixture
def here(tmp_path):
    return Settings(home=tmp_path / "home", workers=1)


@pytest.fixture
def take_in(here, tmp_path):
    """Takes in a return made of a few cells, on a day of May; gives its submission."""

    def take(return_id, content, day=1, year=2025):
        folder = written(return_id, year, content, tmp_path / f"{return_id}-{year}-{day}")
        told = Told() if return_id == "cin" else Told(la_code=LA, year=year)
        outcomes = intake.take_in(folder, here, told, now=MAY + timedelta(days=day - 1))
        assert {each.state for each in outcomes} == {"accepted"}
        return [each.submission_id for each in outcomes]

    return take


def states(here, **kwargs):
    return rule_checks.states(intake.submissions(here.raw), **kwargs)


def kept(here, state, name):
    return pq.read_table(rule_checks.files(here, state)[name]).to_pylist()


def results(here, state):
    return {row["rule_code"]: row for row in kept(here, state, "result")}


@pytest.mark.parametrize(
    ("return_id", "write"), [("cin", synthetic.write_cin), ("ssda903", synthetic.write_ssda903)]
)
def test_what_was_taken_in_comes_to_what_validate_says_of_the_same_files(here, tmp_path, return_id, write):
    made = write(tmp_path / "made", (2024, 2025), children=120, authorities=[LA])
    intake.take_in(list(made.files), here)
    assert rule_checks.check_all(here) == []
    for state in states(here):
        files = {
            year: [file for file in made.files if f"_{year}" in file.name or year_name(year) in file.parts]
            for year in (2024, 2025)
        }
        year = state.collection_year
        before = files.get(year - 1, []) if return_id == "ssda903" else []
        said = validation.checked(files[year], Told(la_code=LA, year=year), before)
        found = results(here, state)
        assert {code: (row["state"], row["n_failures"]) for code, row in found.items()} == {
            each.rule.code: (each.state, len(each.places)) for each in said.results
        }
        places = {
            (row["rule_code"], row["table_name"], row["row_number"], row["line"])
            for row in kept(here, state, "failure")
        }
        assert places == {
            (each.rule.code, place.table, place.row, place.line)
            for each in said.failed
            for place in each.places
        }


def test_a_rule_that_looks_into_an_identifier_runs_before_it_becomes_a_pseudonym(here, take_in):
    good, bad = "A123456789012", "Q99999999QX0"
    take_in(
        "cin", {"children": [{"LAchildID": "C1", "UPN": good}, {"LAchildID": "way-too#long", "UPN": bad}]}
    )
    rule_checks.check_all(here)
    [state] = states(here)
    failing = {
        (row["rule_code"], row["row_number"], row["person_id"]) for row in kept(here, state, "failure")
    }
    pseudonyms = pq.read_table(intake.submissions(here.raw)[0].folder(here.raw) / "child.parquet")[
        "LAchildID"
    ].to_pylist()
    assert {("1580", 2, pseudonyms[1]), ("1540", 2, pseudonyms[1])} <= failing
    unable = {code for code, row in results(here, state).items() if row["state"] == "could_not_run"}
    assert {code for code in unable if not code.startswith("X")} == set()  # X: across returns
    for file in (*here.rule_checks.rglob("*.parquet"), *here.raw.rglob("identifier_rule.parquet")):
        assert bad not in str(pq.read_table(file).to_pylist())


def test_a_child_whose_id_was_not_sent_fails_the_rule_that_asks_for_it(here, take_in):
    take_in("cin", {"children": [{"LAchildID": None}, {"LAchildID": "C2"}]})
    rule_checks.check_all(here)
    [state] = states(here)
    assert results(here, state)["8500"]["n_failures"] == 1


def test_each_resubmission_is_a_state_of_its_own_from_when_it_was_received(here, take_in):
    take_in("cin", {"children": [{"Sex": "X"}]}, day=1)
    take_in("cin", {"children": [{"Sex": "F"}]}, day=8)
    first, second = states(here)
    assert (first.known_at, first.superseded_at) == ("2025-05-01T09:00:00Z", "2025-05-08T09:00:00Z")
    assert (second.known_at, second.superseded_at) == ("2025-05-08T09:00:00Z", None)
    rule_checks.check_all(here)
    assert results(here, first)["4180"]["state"] == "failed"
    assert results(here, second)["4180"]["state"] == "passed"


def test_a_state_of_the_past_is_as_it_was_known_then(here, take_in):
    take_in("cin", {"children": [{"Sex": "X"}]}, day=1)
    take_in("cin", {"children": [{"Sex": "F"}]}, day=8)
    assert states(here, until="2025-04-30T00:00:00Z") == []
    [then] = states(here, until="2025-05-04T00:00:00Z")
    assert (then.known_at, then.superseded_at) == ("2025-05-01T09:00:00Z", None)


def test_what_is_withdrawn_has_no_state_until_it_is_brought_back(here, take_in):
    [taken] = take_in("cin", {"children": [{}]}, day=1)
    ledger.withdraw(here.raw, taken, MAY + timedelta(days=3))
    assert [(each.known_at[:10], each.superseded_at[:10]) for each in states(here)] == [
        ("2025-05-01", "2025-05-04")
    ]
    ledger.restore(here.raw, taken, MAY + timedelta(days=9))
    before, since = states(here)
    assert (since.known_at[:10], since.superseded_at) == ("2025-05-10", None)
    assert since.check_id == before.check_id  # the same files: checked once


def test_last_years_return_that_comes_later_makes_a_new_state(here, take_in):
    content = {"header": {}, "episodes": [{}]}
    take_in("ssda903", content, day=1)
    take_in("ssda903", content, day=5, year=2024)
    rule_checks.check_all(here)
    now = [each for each in states(here) if each.collection_year == 2025]
    assert [bool(each.previous) for each in now] == [False, True]
    reasons = ["last year's return" in (results(here, each)["1002"]["reason"] or "") for each in now]
    assert reasons == [True, False]


def test_a_year_before_any_rule_is_known_is_not_checked(here, take_in):
    take_in("cin", {"children": [{}]}, year=2020)
    assert states(here) == []


def test_what_has_been_checked_is_not_checked_again_unless_the_rules_change(here, take_in, monkeypatch):
    take_in("cin", {"children": [{}]})
    rule_checks.check_all(here)
    [state] = states(here)
    file = rule_checks.files(here, state)["result"]
    written_at = file.stat().st_mtime_ns
    rule_checks.check_all(here)
    assert file.stat().st_mtime_ns == written_at
    monkeypatch.setattr(store, "version", lambda: "other")
    rule_checks.check_all(here)
    assert not file.exists()
    assert rule_checks.files(here, state)["result"].exists()


def test_a_damaged_file_is_a_line_and_the_other_returns_are_checked(here, take_in):
    take_in("cin", {"children": [{}]}, year=2024)
    take_in("cin", {"children": [{}]}, day=2)
    damaged = next(each for each in intake.submissions(here.raw) if each.collection_year == 2024)
    (damaged.folder(here.raw) / "child.parquet").write_bytes(b"PAR1")
    [line] = rule_checks.check_all(here)
    assert "cin 2024-03-31 of 991" in line
    assert "damaged" in line
    assert [store.is_checked(here, each) for each in states(here)] == [False, True]
