"""The job does what ``ncd run`` does: one pass over real files, through the real assets."""

import json

import dagster as dg
import duckdb
import pytest

from dagster_project import pipeline, settings, synthetic
from tests.conftest import ncd


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A workspace with one authority's two censuses and one file that cannot be read."""
    home = tmp_path_factory.mktemp("workspace")
    synthetic.write_cin(home / "incoming", children=60, authorities=["991"])
    (home / "incoming" / "broken.xml").write_text("<Message><Header>")
    return home


@pytest.fixture(scope="module")
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture(scope="module")
def run(home, instance):
    """Runs the job in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NCD_HOME", str(home))
        from dagster_project.definitions import definitions

        job = definitions().resolve_job_def("run")
        yield lambda **how: job.execute_in_process(instance=instance, raise_on_error=False, **how)


@pytest.fixture(scope="module")
def ran(run):
    """The job, run once."""
    return run()


#: The check of everything that the checks of tables add up to.
WHOLE = {"meets_contract": "violation", "rules_hold": "rule_failure"}


def checked(ran):
    return {
        (check.asset_key.to_user_string(), check.check_name): check
        for check in ran.get_asset_check_evaluations()
    }


def test_the_job_ends_in_a_release(ran, home):
    assert ran.success
    pointer = json.loads((home / "release" / "current.json").read_text())
    with duckdb.connect(str(home / pointer["path"] / "core_dataset.duckdb"), read_only=True) as connection:
        lanes = connection.execute("select distinct lane from outcomes.core_outcome order by 1").fetchall()
    assert lanes == [("published",), ("returned",)]


def test_after_the_job_the_command_finds_nothing_new(ran, home):
    assert ran.success
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NCD_HOME", str(home))
        assert not pipeline.run(settings.load()).is_new


def test_with_nothing_new_the_job_ends_at_once_and_says_so(ran, run, home, instance):
    again = run()
    assert again.success
    assert list(again.get_asset_materialization_events()) == []
    assert instance.get_run_by_id(ran.run_id).tags["ncd/ended"] == "released"
    assert instance.get_run_by_id(again.run_id).tags["ncd/ended"] == "nothing new"
    assert "last run: nothing new at 20" in ncd("status", home=home).stdout


def test_a_file_that_cannot_be_read_shows_as_a_failed_check_and_stops_nothing(ran):
    refused = checked(ran)["intake/refusal", "every_file_was_read"]
    assert not refused.passed
    assert refused.severity == dg.AssetCheckSeverity.WARN
    assert refused.metadata["count"].value == 1


def test_the_years_that_arrived_are_marked_and_no_other(ran, instance):
    assert instance.get_materialized_partitions(dg.AssetKey(["cin", "child"])) == {"2023-24", "2024-25"}
    assert instance.get_materialized_partitions(dg.AssetKey(["csww", "worker"])) == set()
    marked = [
        event.materialization
        for event in ran.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(["cin", "child"]) and event.materialization.partition
    ]
    assert {each.metadata["authorities"].value for each in marked} == {1}
    [grid] = [
        event.materialization.metadata["in_use_by_authority_and_year"]
        for event in ran.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(["intake", "submission"])
    ]
    assert [record.data for record in grid.records] == [{"authority": "991", "2023-24": 1, "2024-25": 1}]


def test_contracts_and_rules_are_checks_of_each_return_with_counts_of_each_table(ran):
    found = checked(ran)
    of_tables = dict.fromkeys(WHOLE, 0)
    for (asset, name), check in found.items():
        if name in of_tables and not asset.startswith("intake/"):
            of_tables[name] += check.metadata["count"].value
    assert (
        of_tables["meets_contract"] == found["intake/violation", "meets_contract"].metadata["count"].value > 0
    )
    assert of_tables["rules_hold"] == found["intake/rule_failure", "rules_hold"].metadata["count"].value > 0


def test_suites_are_checks_of_the_tables_they_speak_of_and_disclosure_of_the_release(ran):
    found = checked(ran)
    suites = {asset for asset, name in found if name == "is_plausible"}
    assert len(suites) == len(list(settings.SUITES.glob("*.json")))
    assert {"core/core_referral", "quality/reconciliation", "quality/submission", "meta/source"} <= suites
    assert found["release/core_dataset", "leaks_nothing"].passed
    assert found["release/core_dataset", "is_plausible"].passed


def test_every_dbt_test_is_a_check_and_every_table_an_asset(ran):
    tests = {asset for asset, name in checked(ran) if name not in ("is_plausible", "leaks_nothing")}
    assert {"core/core_referral", "outcomes/core_outcome", "intake/violation"} <= tests

    made = {event.asset_key.to_user_string() for event in ran.get_asset_materialization_events()}
    assert {"cin/child", "cin/section_47", "outcomes/core_index", "release/core_dataset"} <= made


def test_metadata_hold_counts_and_names_never_a_value_from_a_record(ran):
    for event in ran.get_asset_materialization_events():
        for name, entry in event.materialization.metadata.items():
            assert not isinstance(entry, dg.JsonMetadataValue | dg.MarkdownMetadataValue), name
    for check in ran.get_asset_check_evaluations():
        assert all(isinstance(entry.value, int | float) for entry in check.metadata.values()), (
            check.check_name
        )
