"""What was released once can be released again, however much has arrived since."""

import hashlib
import json
import shutil
from datetime import UTC, datetime

import pytest

from dagster_project import intake, pipeline, release, synthetic, warehouse
from dagster_project.settings import Settings, extracts_in

SENT_AGAIN = "992"


@pytest.fixture(scope="module")
def rebuilt(demo, tmp_path_factory):
    """The demonstration; an authority's census sent again and released; then what was known before that."""
    home = tmp_path_factory.mktemp("as_of")
    for each in ("raw", "keys", "warehouse.duckdb", "release"):
        copy = shutil.copytree if (demo / each).is_dir() else shutil.copy
        copy(demo / each, home / each)
    settings = Settings(home=home, extracts=extracts_in(synthetic.DECLARATION))
    first = release.current(settings)
    received = max(each.received_at for each in intake.submissions(settings.raw))
    between = datetime.fromisoformat(received).astimezone(UTC)
    again = synthetic.write_cin(
        home / "again", (2024, 2025), children=300, authorities=[SENT_AGAIN], seed=2017
    )
    intake.take_in(again.files, settings)
    warehouse.build(settings)
    # less than half of what it replaces, which holds a release back unless somebody says that it is no error
    second = pipeline.publish(settings, {"submission.resubmitted_whole": "made up, and small on purpose"})
    before = hashlib.sha256(settings.warehouse.read_bytes()).hexdigest()
    then = pipeline.publish_as_of(settings, between)
    untouched = before == hashlib.sha256(settings.warehouse.read_bytes()).hexdigest()
    return settings, first, second, then, untouched


def content(made):
    return json.loads((made.path / "manifest.json").read_text(encoding="utf-8"))["content_sha256"]


def test_as_of_a_moment_before_a_resubmission_everything_is_as_it_was(rebuilt):
    _, first, second, then, _ = rebuilt
    assert content(second) != content(first)
    assert content(then) == content(first)
    assert then.inputs == first.inputs != second.inputs


def test_what_the_resubmission_changed_is_of_its_authority(rebuilt):
    _, first, second, then, _ = rebuilt
    found = release.difference(first, second)
    returned = [change for change in found.changes if change.area_code not in (SENT_AGAIN, "FIC")]
    assert found.counts["restated"] > 0 and returned == []
    assert {each.la_code for each in found.came} == {SENT_AGAIN}
    assert release.difference(first, then) == ([], [], [])


def test_neither_the_release_in_force_nor_the_build_is_touched(rebuilt):
    settings, _, second, _, untouched = rebuilt
    assert untouched
    assert release.current(settings) == second
    assert [path.name for path in (settings.home / "apart").iterdir()] == [".lock"]
    with warehouse.prepared(settings) as arguments:
        assert "--full-refresh" not in arguments
