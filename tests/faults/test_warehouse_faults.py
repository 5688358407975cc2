"""What stands in the way of a build is one line with the remedy, and nothing is built on half of raw."""

import shutil
from datetime import datetime, timedelta

import duckdb
import pytest

from dagster_project import intake, synthetic, warehouse
from dagster_project.settings import Settings
from dagster_project.warehouse import BuildError


@pytest.fixture
def settings(tmp_path):
    """A workspace into which one authority's two censuses have been taken."""
    here = Settings(home=tmp_path / "home")
    synthetic.write_cin(here.incoming, children=20, authorities=["991"])
    intake.take_in(here.incoming, here)
    return here


@pytest.fixture
def raw_file(settings):
    """One Parquet file under raw/."""
    return next(settings.raw.rglob("child.parquet"))


def show(settings, as_of=None):
    with warehouse.prepared(settings, as_of, anew=True):
        pass


def refusal(settings):
    with pytest.raises(BuildError) as refused:
        show(settings)
    (line,) = str(refused.value).splitlines()
    return line


def rows(settings):
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute("select count(*) from raw.cin_child").fetchone()[0]


def test_raw_shows_the_rows_that_were_taken_in(settings):
    show(settings)
    taken = sum(each.tables["child"].rows for each in intake.current(settings.raw))
    assert rows(settings) == taken > 0


def test_a_missing_raw_file_is_named_and_taking_the_file_in_again_mends_it(settings, raw_file):
    show(settings)
    before = rows(settings)
    raw_file.unlink()
    assert refusal(settings) == f"{raw_file} is missing; remove its folder and take the same file in again"

    for file in raw_file.parent.iterdir():
        file.unlink()
    raw_file.parent.rmdir()
    intake.take_in(settings.incoming, settings)
    show(settings)
    assert rows(settings) == before


def test_a_damaged_raw_file_is_named(settings, raw_file):
    raw_file.write_bytes(raw_file.read_bytes()[:200])
    assert str(raw_file) in refusal(settings)


def test_one_flipped_bit_is_a_damaged_raw_file_and_taking_the_file_in_again_mends_it(settings, raw_file):
    show(settings)
    before, whole = rows(settings), raw_file.read_bytes()
    for place in (4, len(whole) // 2, len(whole) - 20):  # a page, the middle, the footer
        raw_file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert (
            refusal(settings) == f"{raw_file} is damaged; remove its folder and take the same file in again"
        )

    shutil.rmtree(raw_file.parent)
    intake.take_in(settings.incoming, settings)
    show(settings)
    assert rows(settings) == before


def test_a_warehouse_that_is_no_database_may_be_deleted(settings):
    settings.warehouse.write_bytes(b"not a database" * 1000)
    assert "delete it, it is built anew from raw/" in refusal(settings)
    settings.warehouse.unlink()
    show(settings)


def test_a_second_build_at_once_is_refused_before_it_touches_anything(settings):
    with warehouse.alone(settings), pytest.raises(BuildError, match="wait for it to end"):
        warehouse.build(settings)
    assert not settings.warehouse.exists()


def test_what_was_known_at_an_earlier_moment_can_be_shown(settings):
    first = min(each.received_at for each in intake.submissions(settings.raw))
    before = datetime.fromisoformat(first) - timedelta(seconds=1)
    show(settings, as_of=before)
    assert rows(settings) == 0
