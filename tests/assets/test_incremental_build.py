"""A new submission rebuilds what it touches and nothing else, and gives what a full build gives."""

import shutil
from datetime import UTC, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project import intake, rule_checks, synthetic, warehouse
from dagster_project.dictionary import ENGLAND
from dagster_project.intake import ledger
from dagster_project.settings import Settings, extracts_in
from dagster_project.warehouse import BuildError, changes
from tests.comparison import differences, tables_in

TOUCHED = "992"
BUILT = ("core", "outcomes", "quality", "meta", "published")


def asked(settings, sql):
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def changed(demo, tmp_path_factory):
    """The demonstration, built; then one authority's censuses sent again, its care returns withdrawn."""
    home = tmp_path_factory.mktemp("changed")
    for each in ("raw", "keys", "rules", "warehouse.duckdb"):
        copy = shutil.copytree if (demo / each).is_dir() else shutil.copy
        copy(demo / each, home / each)
    settings = Settings(home=home, extracts=extracts_in(synthetic.DECLARATION))
    again = synthetic.write_cin(home / "again", (2024, 2025), children=300, authorities=[TOUCHED], seed=2017)
    published = synthetic.write_aggregates(home / "again", (2024, 2025), parts=("publications",))
    intake.take_in([*again.files, *published.files], settings)
    for each in intake.current(settings.raw):
        if (each.return_id, each.la_code) == ("ssda903", TOUCHED):
            ledger.withdraw(settings.raw, each.submission_id, datetime.now(UTC))
    assert rule_checks.check_all(settings) == []
    return settings


@pytest.fixture(scope="module")
def builds(changed):
    """Every table before, after a build of what changed, and after one of everything."""
    before = tables_in(changed.warehouse, *BUILT)
    warehouse.build(changed)
    touched = asked(changed, "from raw.touched order by all")
    incremental = tables_in(changed.warehouse, *BUILT)
    warehouse.build(changed, anew=True)
    return before, incremental, tables_in(changed.warehouse, *BUILT), touched


def test_only_the_authority_that_sent_something_is_built_anew(builds):
    *_, touched = builds
    assert touched == [(TOUCHED,), (ENGLAND,)]


@pytest.mark.usefixtures("builds")
def test_a_resubmission_clears_failures_of_rules_and_a_withdrawal_all_of_them(changed):
    states = asked(
        changed,
        "select sum(n_cleared) > 0, sum(n_new) > 0 from quality.rule_result"
        f" where la_code = '{TOUCHED}' and return_id = 'cin' and collection_year = 2025"
        " group by known_at order by known_at",
    )
    assert states[0] == (False, True)
    assert (True, True) in states[1:]
    open_now = "select count(*), count_if(is_open) from quality.rule_failure"
    [(ever, still)] = asked(changed, f"{open_now} where la_code = '{TOUCHED}' and return_id = 'ssda903'")
    assert ever > 0
    assert still == 0


def test_a_build_of_what_changed_gives_the_tables_of_a_full_build(builds):
    before, incremental, full, _ = builds
    assert set(incremental) == set(full)
    differ = {name: found for name in full if (found := differences(incremental[name], full[name]))}
    assert differ == {}
    changed = {name for name in full if differences(before[name], full[name])}
    assert {
        ("core", "core_referral"),
        ("core", "core_care_episode"),
        ("quality", "submission"),
        ("outcomes", "core_outcome"),
        ("quality", "violation"),
    } <= changed


def test_an_authority_with_nothing_left_keeps_no_stale_row(builds):
    before, incremental, *_ = builds
    for table in ("core_care_episode", "core_placement", "core_care_leaver"):
        assert TOUCHED in before["core", table]["la_code"].to_pylist()
        assert TOUCHED not in incremental["core", table]["la_code"].to_pylist()


@pytest.mark.usefixtures("builds")
def test_a_build_that_stopped_half_way_is_followed_by_one_of_everything(changed):
    with pytest.raises(BuildError), warehouse.prepared(changed) as arguments:
        assert "--full-refresh" not in arguments
        raise BuildError("the power went")
    with warehouse.prepared(changed) as arguments:
        assert "--full-refresh" in arguments


@given(
    built=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("12")),
    held=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("12")),
)
def test_touched_are_those_that_came_went_or_changed_unless_they_are_many(built, held):
    touched = changes.touched(built, held)
    differ = {name for name, _ in built.items() ^ held.items()}
    if touched is None:
        assert not built or len(differ) > len(held) / changes.FEW
    else:
        assert touched == differ | {ENGLAND}
