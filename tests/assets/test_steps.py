"""What a step of the job does where it cannot go on: said in counts, and tried again where that helps."""

import dagster as dg
import pytest

from dagster_project import lock, pipeline, service, settings
from dagster_project.intake import IntakeError
from dagster_project.release import Leaking, ReleaseBlocked

SECRET = "QX7001Z"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("NCD_HOME", str(tmp_path))
    (tmp_path / "ncd.toml").write_text("[service]\nretry_after = 1\n")
    return settings.load()


@pytest.fixture
def step(here):  # noqa: ARG001 - where it runs
    """Runs one step alone, by the assets it makes."""
    from dagster_project.definitions import definitions

    with dg.DagsterInstance.ephemeral() as instance:

        def run(key, limits=None, **how):
            config = {"resources": {"limits": {"config": limits or {}}}}
            defs = definitions()
            made = defs.resolve_assets_def(dg.AssetKey(key.split("/")))
            chosen = dg.AssetSelection.assets(*made.keys)
            job = dg.define_asset_job("step", chosen, executor_def=dg.in_process_executor)
            defs = dg.Definitions.merge(defs, dg.Definitions(jobs=[job]))
            ran = defs.resolve_job_def("step").execute_in_process(
                instance=instance, raise_on_error=False, run_config=config, **how
            )
            said = "".join(str(each) for each in instance.all_logs(ran.run_id))
            return ran, said, instance.get_run_by_id(ran.run_id).tags.get("ncd/ended")

        yield run


def failing(monkeypatch, name, *faults):
    """Makes a function of the pipeline fail, each time with the next fault, and then do as ever."""
    real, left = getattr(pipeline, name), list(faults)

    def fails(*args, **kwargs):
        if left:
            raise left.pop(0)
        return real(*args, **kwargs)

    monkeypatch.setattr(pipeline, name, fails)


def busy():
    try:
        raise lock.Busy("the workspace is being written to already; wait for it to end")
    except lock.Busy as fault:
        return IntakeError(str(fault)).with_traceback(fault.__traceback__), fault


def test_while_another_run_is_at_work_the_step_waits_and_then_goes_on(step, monkeypatch):
    fault, under = busy()
    fault.__context__ = under
    failing(monkeypatch, "take_in", fault)
    ran, said, _ = step("intake/submission")
    assert ran.success
    assert "STEP_RESTARTED" in said


def test_bad_input_is_not_tried_again_and_blocks_with_its_reason(step, here, monkeypatch):
    failing(monkeypatch, "take_in", IntakeError("ncd.toml: la = '30' is not the code of an authority"))
    ran, said, ended = step("intake/submission")
    assert not ran.success and ended == "blocked"
    assert "STEP_UP_FOR_RETRY" not in said
    assert service.last(here).reasons == ("ncd.toml: la = '30' is not the code of an authority",)
    assert service.last(here).run_id == ran.run_id


def test_an_unforeseen_fault_is_told_by_its_kind_alone(step, monkeypatch):
    failing(monkeypatch, "take_in", ValueError(f"could not convert {SECRET}"))
    ran, said, _ = step("intake/submission")
    assert not ran.success
    assert "an unforeseen fault (ValueError)" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("fault", "leaks"), [(Leaking(["one", "two"]), 2), (ReleaseBlocked(["critical: x.y failed"]), None)]
)
def test_a_release_that_is_held_back_blocks_the_run_and_says_why(step, here, monkeypatch, fault, leaks):
    failing(monkeypatch, "publish", fault)
    ran, _, ended = step("release/core_dataset")
    assert not ran.success and ended == "blocked"
    assert list(service.last(here).reasons) == fault.lines
    found = {each.check_name: each for each in ran.get_asset_check_evaluations()}
    assert ("leaks_nothing" in found) == (leaks is not None)
    assert leaks is None or found["leaks_nothing"].metadata["failed"].value == leaks


def test_a_run_of_a_year_or_of_an_authority_is_about_that_and_does_it_anew(step, monkeypatch):
    asked = []
    monkeypatch.setattr(pipeline, "take_in", lambda _, scope: asked.append(scope) or [])
    monkeypatch.setattr(pipeline, "check_rules", lambda _, anew: asked.append(anew) or [])
    step("cin/child", partition_key="2024-25", limits={"la": ["991"]})
    step("cin/child", limits={"la": ["991"], "anew": True})
    step("cin/child", limits={"la": ["991"]})
    year, authority = pipeline.Scope.of(["991"], ["2025"]), pipeline.Scope.of(["991"])
    assert asked == [year, year, authority, authority, authority, None]


def test_a_run_about_no_authority_there_is_blocks_and_names_it(step):
    ran, said, ended = step("intake/submission", limits={"la": ["30"]})
    assert not ran.success and ended == "blocked"
    assert "'30' is not the code of an authority" in said
