"""What a build is made from, now and at another moment, and where it is built so as to disturb nothing."""

import importlib
import os
from datetime import UTC, datetime, timedelta

import pytest

from dagster_project import intake, lock, warehouse
from dagster_project.settings import Settings
from dagster_project.warehouse import BuildError, fingerprint


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", workers=1)


def test_a_fingerprint_as_of_a_moment_is_the_one_it_was_then(settings, census, child):
    empty = fingerprint(settings)
    intake.take_in([census([child("A1")])], settings)
    [held] = intake.submissions(settings.raw)
    received = datetime.fromisoformat(held.received_at).astimezone(UTC)
    hours = [received + timedelta(hours=n) for n in range(5)]
    taken_in = fingerprint(settings)
    intake.withdraw(settings.raw, held.submission_id, hours[1])
    withdrawn = fingerprint(settings)
    intake.restore(settings.raw, held.submission_id, hours[3])
    restored = fingerprint(settings)

    before = received - timedelta(hours=1)
    then = [fingerprint(settings, moment) for moment in (before, hours[0], hours[1], hours[2], hours[4])]
    assert then == [empty, taken_in, withdrawn, withdrawn, restored]
    assert len(set(then)) == 4


def test_what_is_built_apart_is_gone_afterwards_and_the_warehouse_stays(settings):
    settings.home.mkdir()
    settings.warehouse.write_bytes(b"the warehouse")
    left = settings.home / "apart" / "build" / "warehouse.duckdb.wal"  # of a run that was killed
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    with warehouse.apart(settings) as scratch:
        assert not left.exists()
        assert scratch.warehouse != settings.warehouse
        assert (scratch.raw, scratch.releases) == (settings.raw, settings.releases)
        scratch.warehouse.parent.mkdir()
        scratch.warehouse.write_bytes(b"another")
    assert not scratch.warehouse.exists()
    assert settings.warehouse.read_bytes() == b"the warehouse"


def test_two_at_once_apart_are_told_in_one_line(settings):
    with (
        lock.held(settings.home / "apart"),
        pytest.raises(BuildError, match="being written to already"),
        warehouse.apart(settings),
    ):
        pass


def test_of_what_dbt_read_of_the_project_only_the_last_states_are_kept(tmp_path, monkeypatch):
    build = importlib.import_module("dagster_project.warehouse.build")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "_read_by_dbt", lambda into: (into / "manifest.json").write_text("{}"))
    made = []
    for number in range(5):
        monkeypatch.setattr(build, "of_project", lambda number=number: f"{number}" * 64)
        made.append(build.parsed())
        os.utime(made[-1], (number, number))
    assert [folder.exists() for folder in made] == [False, False, True, True, True]
    assert build.parsed() == made[-1]
