"""Whole made-up returns: a clean one fails no rule, and one in which rules are broken fails exactly there."""

import csv
from random import Random

import pytest

from dagster_project import rules, synthetic, validation
from dagster_project.dictionary import year_name
from dagster_project.returns import Told
from tests.conftest import ncd

YEARS = range(2023, 2028)
LA = "995"
#: What a rule may lack: lists that nobody has, other returns, tables that an XML or an older return has not.
MAY_LACK = (
    "needs the list '",
    "needs the return ",
    "nothing was sent of social_worker",
    "nothing was sent of deprivation",
)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    synthetic.write_cin(folder, YEARS, 500, authorities=[LA], faults=False)
    for form in ("csv", "xml"):
        synthetic.write_ssda903(
            folder, range(YEARS[0] - 1, YEARS[-1] + 1), 900, authorities=[LA], faults=False, form=form
        )
    return folder


def file_of(folder, year, form="csv"):
    """The looked-after return of a year."""
    name = year_name(year)
    return folder / "ssda903" / LA / name if form == "csv" else folder / f"ssda903_{LA}_{name}.xml"


def checked(folder, return_id, year, form="csv"):
    """A return held against its rules, the looked-after one beside that of the year before."""
    if return_id == "cin":
        return validation.checked([folder / f"cin_{LA}_{year}.xml"])
    before = [file_of(folder, year - 1, form)]
    return validation.checked([file_of(folder, year, form)], Told(la_code=LA, year=year), before)


def failing(checked):
    """Each place at which a rule fails."""
    return {
        (result.rule.code, place.table, place.line) for result in checked.failed for place in result.places
    }


def planted(written):
    return {(each.rule, each.table, each.line) for each in written.broken}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("return_id", "form"), [("cin", "xml"), ("ssda903", "csv"), ("ssda903", "xml")])
def test_a_clean_return_fails_no_rule_and_departs_nowhere_from_its_layout(clean, return_id, form, year):
    found = checked(clean, return_id, year, form)
    assert found.row_counts["header" if return_id == "ssda903" else "child"] > 200
    assert failing(found) == set()
    assert found.violations.num_rows == 0
    unable = {result.reason for result in found.results if result.state == "could_not_run"}
    assert [reason for reason in unable if not reason.startswith(MAY_LACK)] == []
    assert sum(result.state == "passed" for result in found.results) > 80


@pytest.mark.parametrize(("return_id", "year", "least"), [("cin", 2026, 60), ("ssda903", 2027, 120)])
def test_of_a_return_with_many_rules_broken_just_those_are_found(tmp_path, return_id, year, least):
    written = broken(tmp_path, return_id, year, codes(return_id, year))
    places = planted(written)
    assert len({rule for rule, *_ in places}) >= least
    assert failing(checked(tmp_path, return_id, year)) == places


def test_the_command_lists_where_it_broke_rules_and_the_other_finds_them_there(tmp_path):
    asked = ("--years", "2025-2026", "--children", "300", "--la", LA, "--kind", "cin", "--faults", "rules")
    assert ncd("synth", str(tmp_path), *asked, home=tmp_path).returncode == 0
    report = tmp_path / "report.csv"
    file = str(tmp_path / "cin" / f"cin_{LA}_2026.xml")
    assert ncd("validate", file, "--output", str(report), home=tmp_path).returncode == 1
    found = {(row["rule_code"], row["table"], row["row"]) for row in rows_of(report) if row["row"]}
    listed = rows_of(tmp_path / "broken_rules.csv")
    assert {(row["rule_code"], row["table"], row["row"]) for row in listed} == found
    assert {(row["return_id"], row["la_code"], row["collection_year"]) for row in listed} == {
        ("cin", LA, "2026")
    }


def rows_of(file):
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("return_id", "year"), [("cin", 2024), ("ssda903", 2025)])
def test_of_any_rules_broken_exactly_those_are_found(tmp_path, return_id, year, seed):
    draw = Random(seed)
    chosen = draw.sample(codes(return_id, year), draw.randrange(1, 60))
    written = broken(tmp_path, return_id, year, chosen, children=500, seed=seed)
    assert failing(checked(tmp_path, return_id, year)) == planted(written)


def codes(return_id, year):
    """The rules in force."""
    return sorted({rule.code for rule in rules.rules(return_id, year)})


def broken(folder, return_id, year, chosen, children=None, seed=2016):
    """A return with the chosen rules broken, as far as children suit."""
    asked = {"authorities": [LA], "faults": False, "broken": chosen, "seed": seed}
    if return_id == "cin":
        return synthetic.write_cin(folder, [year], children or 600, **asked)
    return synthetic.write_ssda903(folder, [year - 1, year], children or 2500, **asked)
