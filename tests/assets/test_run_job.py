"""The job does what ``ncd run`` does: one pass over real files, through the real assets."""

import json

import dagster as dg
import duckdb
import pytest

from dagster_project import pipeline, settings, synthetic


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A workspace with one authority's two censuses and one file that cannot be read."""
    home = tmp_path_factory.mktemp("workspace")
    synthetic.write_cin(home / "incoming", children=60, authorities=["991"])
    (home / "incoming" / "broken.xml").write_text("<Message><Header>")
    return home


@pytest.fixture(scope="module")
def ran(home):
    """The job, run once in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NCD_HOME", str(home))
        from dagster_project.definitions import definitions

        job = definitions().resolve_job_def("run")
        with dg.DagsterInstance.ephemeral() as instance:
            return job.execute_in_process(instance=instance, raise_on_error=False)


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


def test_a_file_that_cannot_be_read_shows_as_a_failed_check_and_stops_nothing(ran):
    checks = {
        (check.asset_key.to_user_string(), check.check_name): check
        for check in ran.get_asset_check_evaluations()
    }
    refused = checks["intake/refusal", "every_file_was_read"]
    assert not refused.passed
    assert refused.severity == dg.AssetCheckSeverity.WARN
    assert refused.metadata["count"].value == 1


def test_every_dbt_test_is_a_check_and_every_raw_table_an_asset(ran):
    checked = {check.asset_key.to_user_string() for check in ran.get_asset_check_evaluations()}
    assert {"core/core_referral", "outcomes/core_outcome", "intake/violation", "cin/child"} <= checked

    made = {event.asset_key.to_user_string() for event in ran.get_asset_materialization_events()}
    assert {"cin/child", "cin/section_47", "outcomes/core_index", "release/core_dataset"} <= made


def test_metadata_hold_counts_and_names_never_a_value_from_a_record(ran):
    for event in ran.get_asset_materialization_events():
        for name, entry in event.materialization.metadata.items():
            assert not isinstance(entry, dg.JsonMetadataValue | dg.MarkdownMetadataValue), name
