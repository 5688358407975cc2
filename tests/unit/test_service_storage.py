"""Where the service keeps what it knows, and what it does with what an earlier service left unfinished."""

import dagster as dg
import pytest
import yaml

from dagster_project import service
from dagster_project.cli import serving
from dagster_project.service import instance
from dagster_project.settings import Service, Settings, SettingsError


def test_what_dagster_knows_lies_in_the_workspace_and_nothing_reports_home(tmp_path):
    told = service.prepared(Settings(tmp_path))
    assert told["DAGSTER_HOME"] == str(tmp_path / "dagster")
    with dg.DagsterInstance.from_config(told["DAGSTER_HOME"]) as kept:
        assert kept.telemetry_enabled is False
        assert kept.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert type(kept.compute_log_manager).__name__ == "NoOpComputeLogManager"
    assert {"history", "schedules"} <= {path.name for path in (tmp_path / "dagster").iterdir()}


def test_postgresql_is_a_setting_and_its_address_is_never_written(tmp_path, monkeypatch):
    monkeypatch.setattr(instance, "find_spec", lambda _: True)
    monkeypatch.setenv("NCD_POSTGRES_URL", "postgresql://ncd:secret@db.example.org/ncd")
    told = service.prepared(Settings(tmp_path, service=Service(storage="postgresql")))
    assert told["NCD_POSTGRES_URL"] == "postgresql+psycopg2://ncd:secret@db.example.org/ncd"
    text = (tmp_path / "dagster" / "dagster.yaml").read_text()
    assert yaml.safe_load(text)["storage"] == {"postgres": {"postgres_url": {"env": "NCD_POSTGRES_URL"}}}
    assert "secret" not in text


@pytest.mark.parametrize(
    ("storage", "url", "said"),
    [
        ("postgresql", "", "set NCD_POSTGRES_URL"),
        ("postgresql", "postgresql://db/ncd", "install the extra"),
        ("oracle", "", "use 'sqlite' or 'postgresql'"),
    ],
)
def test_a_storage_that_cannot_be_used_is_told_with_its_remedy(tmp_path, monkeypatch, storage, url, said):
    monkeypatch.setattr(instance, "find_spec", lambda _: None)
    monkeypatch.setenv("NCD_POSTGRES_URL", url)
    with pytest.raises(SettingsError, match=said):
        service.prepared(Settings(tmp_path, service=Service(storage=storage)))


def test_a_run_that_an_earlier_service_left_unfinished_is_marked_as_failed(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "")
    home = service.prepared(Settings(tmp_path))["DAGSTER_HOME"]

    @dg.op
    def step():
        pass

    job = dg.GraphDefinition(name="run", node_defs=[step]).to_job()
    with dg.DagsterInstance.from_config(home) as kept:
        left = kept.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        waiting = kept.create_run_for_job(job, status=dg.DagsterRunStatus.NOT_STARTED)
    serving.tell_left(home)
    with dg.DagsterInstance.from_config(home) as kept:
        assert kept.get_run_by_id(left.run_id).status == dg.DagsterRunStatus.FAILURE
        assert kept.get_run_by_id(waiting.run_id).status == dg.DagsterRunStatus.NOT_STARTED
