"""Whether something came: cheap while nothing does, patient while files grow, not fooled by times."""

import os

import pytest

from dagster_project import service
from dagster_project.service import Seen, incoming
from dagster_project.settings import Settings


@pytest.fixture
def here(tmp_path):
    (tmp_path / "incoming" / "302").mkdir(parents=True)
    return Settings(tmp_path)


@pytest.fixture
def look(here):
    """Looks again and again, each time knowing what was seen before."""
    kept = [Seen()]

    def again():
        found = service.look(here, kept[0])
        kept[0] = Seen.from_text(found.seen.to_text())
        return found

    return again


@pytest.fixture
def drop(here):
    def write(name, text):
        (here.incoming / name).write_text(text)

    return write


def test_nothing_is_asked_for_while_nothing_comes(look):
    assert [look().key for _ in range(3)] == ["", "", ""]


def test_all_that_came_together_is_one_run_and_only_once(look, drop):
    drop("a.xml", "<a/>")
    drop("302/b.csv", "x")
    found = [look() for _ in range(4)]
    assert [bool(each.key) for each in found] == [False, True, False, False]


def test_a_file_that_grows_is_waited_for(look, drop):
    for size in (1, 2, 3):
        drop("a.xml", "x" * size)
        assert look().reason.startswith("files came")
    assert look().key


def test_what_a_program_is_still_writing_is_passed_over(look, drop):
    drop("a.xml.part", "x")
    assert look().key == look().key == ""


def test_the_same_bytes_written_again_are_nothing_new(look, drop, here):
    drop("a.xml", "x")
    assert [bool(look().key) for _ in range(2)] == [False, True]
    os.utime(here.incoming / "a.xml", (1, 1))
    assert look().reason.startswith("files came")
    assert look().reason.endswith("same content")
    assert look().reason == "nothing came"


def test_a_file_under_another_name_is_looked_at_again(look, drop, here):
    drop("a.csv", "x")
    assert [bool(look().key) for _ in range(2)] == [False, True]
    (here.incoming / "a.csv").rename(here.incoming / "302 2025.csv")
    assert [bool(look().key) for _ in range(2)] == [False, True]


def test_no_file_is_opened_while_nothing_moves(look, drop, monkeypatch):
    drop("a.xml", "x")
    look(), look()
    monkeypatch.setattr(incoming, "fingerprint", lambda _: pytest.fail("a file was opened"))
    assert look().reason == "nothing came"


def test_what_was_kept_is_as_long_whatever_lies_there(look, drop):
    lengths = set()
    for number in range(20):
        drop(f"{number}.xml", "x")
        look()
        lengths.add(len(look().seen.to_text()))
    assert len(lengths) == 1
