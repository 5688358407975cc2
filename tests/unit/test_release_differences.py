"""What differs between two releases, how it is told, and releases of what was known at another moment."""

import csv
import json
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from dagster_project.release import ReleaseError, UnknownRelease, current, difference, named, publish
from dagster_project.release.notes import LISTED, shown
from dagster_project.settings import Settings
from tests.conftest import ncd
from tests.toy_warehouse import build, describe, figure

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
MARCH = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)


def submission(submission_id, state="current"):
    return {
        "submission_id": submission_id,
        "return_id": "cin",
        "la_code": "302",
        "period_end": date(2025, 3, 31),
        "state": state,
        "file_sha256": submission_id * 4,
        "received_at": datetime(2025, 6, 2, 9),
    }


BEFORE = [
    figure("M02", "302", 12.5),
    figure("M02", "303", 20.0),
    figure("M02", "304", 30.0),
    figure("M03", "302", 1 / 3),
    figure("M06", "302", 100.0, lane="returned"),
    figure("M06", "303", None, status="x"),
]
AFTER = [
    figure("M02", "302", 12.75),
    figure("M02", "303", None),  # now c
    figure("M02", "305", 40.0),
    figure("M03", "302", 1 / 3 + 1e-15),  # added up in another order
    figure("M06", "302", 100.0, lane="returned", comparability="break"),
    figure("M06", "303", None, status="x"),
]
CHANGES = [
    ("restated", "M02", "302", "Area 302", 2025, "published", "12.5", "12.75"),
    ("restated", "M02", "303", "Area 303", 2025, "published", "20.0", "c"),
    ("new", "M02", "305", "Area 305", 2025, "published", None, "40.0"),
    ("vanished", "M02", "304", "Area 304", 2025, "published", "30.0", None),
]


@pytest.fixture
def settings(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    describe(home)
    return Settings(home=home, keep_releases=2, site=False)


@pytest.fixture
def release(settings):
    """Publishes the figures given, a day later each time."""
    days = iter(range(100))

    def published(figures, submissions=(), **more):
        build(settings.warehouse, figures, submissions)
        return publish(
            settings,
            inputs="0123456789abcdef",
            now=NOON + timedelta(days=next(days)),
            suites=settings.home / "suites",
            **more,
        )

    return published


@pytest.fixture
def two(release):
    old, new = submission("aaaa000011112222"), submission("bbbb000011112222")
    return release(BEFORE, [old]), release(AFTER, [submission("aaaa000011112222", "superseded"), new])


def test_figures_that_are_not_the_same_are_found_and_no_others(two):
    found = difference(*two)
    assert found.changes == CHANGES
    assert found.counts == {"restated": 2, "new": 1, "vanished": 1}
    assert [each.submission_id for each in found.came] == ["bbbb000011112222"]
    assert [each.submission_id for each in found.went] == ["aaaa000011112222"]


def test_turned_round_what_is_new_has_vanished(two):
    before, after = two
    turned = difference(after, before)
    assert turned.counts == {"restated": 2, "new": 1, "vanished": 1}
    assert {change.area_code: change.change for change in turned.changes} == {
        "302": "restated",
        "303": "restated",
        "304": "new",
        "305": "vanished",
    }
    assert difference(after, after).changes == []


def test_the_notes_tell_what_differs_from_the_release_before(two):
    before, after = two
    text = (after.path / "RELEASE_NOTES.md").read_text(encoding="utf-8")
    assert f"Compared with {before.release_id}." in text
    assert "- figures restated: 2; new: 1; vanished: 1 (all in `changes.csv`)" in text
    assert "| M02 | Area 302 | 2025 | published | 12.5 | 12.75 |" in text
    assert "| M02 | Area 304 | 2025 | published | 30.0 | – |" in text
    assert "| cin | 302 Barnet | 2025-03-31 | 2025-06-02T09:00:00Z | bbbb000011112222 |" in text
    with (after.path / "changes.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.reader(file))[1:]
    assert listed == [["" if cell is None else str(cell) for cell in change] for change in CHANGES]


def test_the_notes_of_the_first_release_say_that_it_is(two):
    before, _ = two
    text = (before.path / "RELEASE_NOTES.md").read_text(encoding="utf-8")
    assert "There is none: this is the first." in text
    assert not (before.path / "changes.csv").exists()


def test_a_long_list_is_cut_in_the_notes_and_whole_in_the_file(release):
    areas = [str(300 + n) for n in range(LISTED + 5)]
    release([figure("M02", area, 10.0) for area in areas])
    after = release([figure("M02", area, 11.0) for area in areas])
    text = (after.path / "RELEASE_NOTES.md").read_text(encoding="utf-8")
    assert text.count("| published | 10.0 | 11.0 |") == LISTED
    assert "and 5 more" in text
    assert len((after.path / "changes.csv").read_text().splitlines()) == len(areas) + 1


def test_a_release_before_that_cannot_be_read_holds_nothing_up(release):
    before = release(BEFORE)
    (before.path / "core_dataset.duckdb").unlink()
    after = release(AFTER)
    said = f"The release before, {before.release_id}, can no longer be read."
    assert said in (after.path / "RELEASE_NOTES.md").read_text(encoding="utf-8")
    with pytest.raises(
        ReleaseError, match=r"core_dataset\.duckdb is missing or damaged; compare with another"
    ):
        difference(before, after)


@pytest.mark.parametrize(
    ("figure_", "text"), [(None, "–"), ("c", "c"), ("1234.56789", "1,234.5679"), ("1e-07", "0.0")]
)
def test_a_figure_is_told_as_it_is_read(figure_, text):
    assert shown(figure_) == text


def test_a_release_has_its_id_and_may_be_called_current_or_previous(settings, two):
    before, after = two
    assert named(settings, "current") == named(settings, after.release_id) == after
    assert named(settings, "previous") == named(settings, before.release_id) == before


@pytest.mark.parametrize("name", ["20200101T000000Z-01234567", "..", ".lock", "", "a/b", "current.json"])
@pytest.mark.usefixtures("two")
def test_a_release_that_is_none_is_said_in_one_line(settings, name):
    with pytest.raises(UnknownRelease, match="no release") as said:
        named(settings, name)
    assert "\n" not in str(said.value)


def test_before_the_first_release_there_is_none(settings, release):
    with pytest.raises(UnknownRelease, match="'ncd run' makes one"):
        named(settings, "current")
    release(BEFORE)
    with pytest.raises(UnknownRelease, match="is the first: there is none before it"):
        named(settings, "previous")


def test_the_command_shows_what_differs_in_each_form(settings, two):
    before, after = two
    asked = {
        form: ncd("diff", "previous", "current", "--format", form, home=settings.home)
        for form in ("csv", "json")
    }
    assert {answer.returncode for answer in asked.values()} == {0}
    assert asked["csv"].stdout == (after.path / "changes.csv").read_text(encoding="utf-8")
    told = json.loads(asked["json"].stdout)
    assert (told["before"], told["after"]) == (before.release_id, after.release_id)
    assert [tuple(change.values()) for change in told["changes"]] == CHANGES
    assert [each["submission_id"] for each in told["submissions_in"]] == ["bbbb000011112222"]
    table = ncd("diff", before.release_id, after.release_id, home=settings.home).stdout
    assert "restated\tM02\t302\tArea 302\t2025\tpublished\t12.5\t12.75" in table
    assert "2 restated, 1 new, 1 vanished; 1 submissions came into use, 1 went out" in table


@pytest.mark.usefixtures("two")
def test_a_wrong_name_or_form_is_one_line_and_status_2(settings):
    for arguments in (("nothing", "current"), ("previous", "current", "--format", "xlsx")):
        ran = ncd("diff", *arguments, home=settings.home)
        assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
        assert ran.stderr.startswith("ncd: ")


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-30", "9999-01-01"])
def test_a_moment_that_is_none_is_one_line_and_status_2(tmp_path, moment):
    ran = ncd("release", "--as-of", moment, home=tmp_path)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert ran.stderr.startswith("ncd: ")


def test_a_release_of_another_moment_says_so_and_comes_into_force_only_if_asked(settings, release):
    first = release(AFTER)
    then = release(BEFORE, as_of=MARCH, in_force=False)
    assert current(settings) == first
    assert json.loads((then.path / "manifest.json").read_text())["as_of"] == "2026-03-31T23:59:59+00:00"
    with duckdb.connect(str(then.path / "core_dataset.duckdb"), read_only=True) as connection:
        assert connection.execute("select as_of from meta.release").fetchall() == [
            (MARCH.replace(tzinfo=None),)
        ]
    assert "31 March 2026 at 23:59 UTC" in (then.path / "RELEASE_NOTES.md").read_text(encoding="utf-8")
    assert named(settings, then.release_id) == then
    assert release(BEFORE, as_of=MARCH) == current(settings)


def test_releases_of_another_moment_are_kept_beside_the_others(settings, release):
    asked_for = [release(BEFORE, as_of=MARCH, in_force=False) for _ in range(3)]
    in_turn = [release(AFTER) for _ in range(3)]
    assert [each.path.exists() for each in asked_for] == [False, True, True]
    assert [each.path.exists() for each in in_turn] == [False, True, True]
    assert current(settings) == in_turn[-1]
