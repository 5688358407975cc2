"""A run limited to authorities and years takes in theirs alone; done anew, it does theirs again."""

import pytest

from dagster_project import intake, pipeline, rule_checks, synthetic, warehouse
from dagster_project.intake import IntakeError, Scope
from dagster_project.rule_checks import checking
from dagster_project.settings import Settings
from tests.conftest import ncd


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Censuses of two authorities and two years, of which one of each was taken in."""
    home = tmp_path_factory.mktemp("scope")
    synthetic.write_cin(home / "incoming", children=20, authorities=["991", "992"])
    return home


@pytest.fixture(scope="module")
def taken(home):
    """What a run limited to one authority and year says, and then one that is not."""
    here = Settings(home, workers=1)
    return [pipeline.take_in(here, scope=each) for each in (Scope.of(["991"], ["2025"]), Scope())]


def held(outcomes, state):
    return sorted(each.source.path.name for each in outcomes if each.state == state)


def test_files_of_others_are_left_where_they_are_and_taken_in_by_the_next_run(taken):
    limited, whole = taken
    assert len(held(limited, "accepted")) == 1
    assert len(held(limited, "left")) == 3
    assert held(whole, "accepted") == held(limited, "left")
    assert held(whole, "already_seen") == held(limited, "accepted")
    assert "cin 2024-25 of 992, left for another run" in "\n".join(each.message for each in limited)


def test_rules_are_held_again_against_what_is_meant_and_nothing_else(taken, home, monkeypatch):
    assert taken
    here, again = Settings(home, workers=1), []
    rule_checks.check_all(here)
    monkeypatch.setattr(checking, "check", lambda _, state, *_seal: again.append(state))
    rule_checks.check_all(here)
    assert again == []
    rule_checks.check_all(here, Scope.of(["991"], ["2024-25"]))
    assert {(each.la_code, each.collection_year) for each in again} == {("991", 2025)}


@pytest.mark.parametrize(
    ("scope", "anew", "asked"),
    [
        (Scope(), False, (False, set())),
        (Scope.of(["992"]), False, (False, set())),
        (Scope.of(["992"]), True, (False, {"992"})),
        (Scope.of((), ["2025"]), True, (False, {"991", "992"})),
        (Scope.of(["992"], ["2019"]), True, (False, set())),
    ],
)
def test_a_build_makes_again_what_the_authorities_that_are_meant_have(
    taken, home, monkeypatch, scope, anew, asked
):
    assert taken
    built = []
    monkeypatch.setattr(warehouse, "build", lambda *_, **how: built.append(how) or [])
    pipeline.build(Settings(home), scope, anew)
    assert (built[0]["anew"], built[0]["again"]) == asked


def test_all_anew_makes_everything_anew(taken, home, monkeypatch):
    assert taken
    built = []
    monkeypatch.setattr(warehouse, "build", lambda *_, **how: built.append(how) or [])
    pipeline.build(Settings(home), anew=True)
    assert built[0]["anew"]


@pytest.mark.parametrize(("la", "year"), [("30", "2025"), ("991", "next")])
def test_an_authority_or_year_that_is_none_is_refused_before_anything_is_done(tmp_path, la, year):
    with pytest.raises(IntakeError, match="is not"):
        Scope.of([la], [year])
    ran = ncd("run", "--la", la, "--year", year, home=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("ncd: '")
    assert not (tmp_path / "raw").exists()


def test_the_grid_has_a_row_for_each_authority_and_a_column_for_each_year(taken, home):
    assert taken
    rows = [line.split("\t") for line in ncd("status", "--by-year", home=home).stdout.splitlines()[:3]]
    assert rows[0] == ["authority", "name", "return", "2023-24", "2024-25"]
    in_use = {each.la_code for each in intake.current(home / "raw")}
    assert [row[0] for row in rows[1:]] == sorted(in_use)
    assert all(int(cell) > 0 for row in rows[1:] for cell in row[3:])
