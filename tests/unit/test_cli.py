"""The command as users meet it: what it prints, and its exit status."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.conftest import ncd


def test_the_demonstration_ends_by_saying_where_the_release_is_and_three_queries_that_run(demo: Path):
    said = json.loads((demo.parent / "demo.done").read_text())["said"]
    assert re.search(r"The core dataset is in .*core_dataset\.duckdb", said)

    queries = re.findall(r'ncd query "(.+)"', said)
    assert len(queries) == 3
    for sql in queries:
        answer = ncd("query", sql, home=demo)
        assert answer.returncode == 0, answer.stderr
        assert len(answer.stdout.splitlines()) > 3


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        (
            "select round(value, 1) from outcomes.core_outcome"
            " where measure_id = 'M01' and area_code = 'ENG' and period in (2016, 2017, 2025)"
            " order by period",
            ["119.6", "133.7", "98.9"],
        ),
        (
            "select value from outcomes.core_outcome"
            " where measure_id = 'M02' and area_code = 'ENG' and period in (2014, 2025) order by period",
            ["23.5", "22.6"],
        ),
        (
            "select value from outcomes.core_outcome"
            " where measure_id = 'M03' and area_code = 'ENG' and period = 2025",
            ["11.8"],
        ),
    ],
)
def test_the_headline_figures_can_be_asked_for(sql, answer, demo):
    assert ncd("query", sql, home=demo).stdout.splitlines()[1:] == answer


def test_a_wrong_query_is_one_line_and_status_2(demo):
    asked = ncd("query", "select nothing from nowhere", home=demo)
    assert asked.returncode == 2
    assert len(asked.stderr.splitlines()) == 1
    assert asked.stderr.startswith("ncd: ")


@pytest.mark.parametrize(
    "sql",
    [
        "delete from outcomes.core_outcome",
        "drop table outcomes.core_index",
        "copy outcomes.core_outcome to 'out.csv'",
        "from read_csv('pyproject.toml')",
        "install httpfs",
    ],
)
def test_a_query_changes_nothing_and_reaches_nothing_else(sql, demo):
    assert ncd("query", sql, home=demo).returncode == 2


def test_without_a_release_a_query_says_how_to_make_one(tmp_path):
    asked = ncd("query", "select 1", home=tmp_path)
    assert asked.returncode == 2
    assert "ncd demo" in asked.stderr and len(asked.stderr.splitlines()) == 1


def test_a_file_that_cannot_be_read_is_one_line_and_status_2_and_the_others_are_taken(tmp_path, demo):
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (incoming / "broken.xml").write_text("<Message><Header>")
    good = sorted((demo / "incoming" / "demonstration").rglob("cin_991_*.xml"))[0]
    (incoming / good.name).write_bytes(good.read_bytes())

    ran = ncd("intake", str(incoming), home=tmp_path)

    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith("broken.xml: ")
    assert "991 Fernmoor" in ran.stdout

    told = ncd("status", home=tmp_path).stdout
    assert re.search(r"991\tFernmoor \(fictional\)\tcin\t20\d\d-\d\d\tcurrent.*\t11 of 11\t", told)
    assert re.search(r"^refused at \S+Z: broken\.xml: is XML, but not", told, re.MULTILINE)


def test_the_grid_shows_what_is_in_use_of_each_return_and_period(tmp_path):
    folder = tmp_path / "incoming" / "991" / "2024-25"
    folder.mkdir(parents=True)
    (folder / "header.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nA1,M,03/06/2012,WBRI,UN3,,\n")
    (folder / "uasc.csv").write_text("CHILD,SEX,DOB,DUC\n")
    assert ncd("intake", str(tmp_path / "incoming"), home=tmp_path).returncode == 0
    (folder / "header.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nA2,X,03/06/2012,WBRI,UN3,,\n")
    assert ncd("intake", str(tmp_path / "incoming"), home=tmp_path).returncode == 0

    [line] = [line.split("\t") for line in grid(tmp_path) if "ssda903" in line]
    assert line[2:9] == ["ssda903", "2024-25", "current, with violations", "2 of 11", "1", "1", "3"]

    listed = ncd("status", "--files", home=tmp_path).stdout
    newest = next(
        line.split("\t")[0] for line in listed.splitlines() if "\tcurrent\t" in line and "header" in line
    )
    told = ncd("withdraw", newest, home=tmp_path).stdout.splitlines()
    assert told[0] == "991/2024-25/header.csv: withdrawn" and "'ncd run'" in told[1]
    again = ncd("intake", str(tmp_path / "incoming"), home=tmp_path).stdout
    assert f"it is withdrawn, and 'ncd withdraw --undo {newest}' brings it back" in again
    [line] = [line.split("\t") for line in grid(tmp_path) if "ssda903" in line]
    assert line[4:8] == ["current", "2 of 11", "1", "0"], "the version before is in use again"
    assert ncd("withdraw", newest, "--undo", home=tmp_path).returncode == 0
    again = ncd("withdraw", newest, "--undo", home=tmp_path)
    assert (again.returncode, again.stderr) == (2, f"ncd: submission {newest} is not withdrawn\n")


def grid(home: Path) -> list[str]:
    return ncd("status", home=home).stdout.splitlines()


@pytest.mark.parametrize(
    ("option", "value"), [("--la", "999"), ("--year", "25"), ("--year", "2024-26"), ("--month", "2025-13")]
)
def test_what_is_told_of_a_file_must_be_possible(option, value, tmp_path):
    (tmp_path / "header.csv").write_text("CHILD\n")
    ran = ncd("intake", str(tmp_path / "header.csv"), option, value, home=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"ncd: '{value}' is not ") and len(ran.stderr.splitlines()) == 1


def test_a_path_that_does_not_exist_is_bad_usage(tmp_path):
    ran = ncd("intake", str(tmp_path / "nowhere.xml"), home=tmp_path)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


def test_a_setting_that_does_not_exist_is_named_with_those_that_do(tmp_path):
    (tmp_path / "ncd.toml").write_text("speed = 11\n")
    ran = ncd("status", home=tmp_path)
    assert ran.returncode == 2
    assert (
        "there is no setting 'speed'; the settings are home, la, disclosure, storage_key_file, workers,"
        " keep_releases, encryption, site, service, alerts, keep_years, extract" in ran.stderr
    )
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('home = "a\\u0000b"', "'home' must be text between quotation marks"),
        ("workers = true", "'workers' must be a whole number of 1 or more"),
        ("extracts = 3", "there is no setting 'extracts'; an extract is declared as [extract.name]"),
        ("a = " + "[" * 5000, "not readable as TOML (nested too deep)"),
        ("[keep_years]\ncin = true", "each return has a whole number of years, 1 or more"),
    ],
    ids=["nought byte", "truth for a number", "plural", "nested", "truth for years"],
)
def test_a_setting_of_the_wrong_kind_is_said_in_one_line(tmp_path, text, said):
    (tmp_path / "ncd.toml").write_text(text)
    ran = ncd("status", home=tmp_path)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_a_mark_at_the_beginning_of_the_settings_is_no_fault(tmp_path):
    (tmp_path / "ncd.toml").write_bytes(b"\xef\xbb\xbfworkers = 1\n")
    assert ncd("status", home=tmp_path).returncode == 0


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "cin_302_2025.xml")
    ran = ncd("intake", str(tmp_path / "cin_302_2025.xml"), home=tmp_path / "home")
    assert ran.returncode == 2
    assert ran.stderr.startswith("cin_302_2025.xml: is a pipe or a device")


def test_a_lost_key_stops_the_work_before_anything_is_written(tmp_path, demo):
    good = sorted((demo / "incoming" / "demonstration").rglob("cin_991_*.xml"))
    assert ncd("intake", str(good[0]), home=tmp_path).returncode == 0
    (tmp_path / "keys" / "pseudonym.key").unlink()

    ran = ncd("intake", str(good[1]), home=tmp_path)

    assert ran.returncode == 2
    assert "restore it from a backup" in ran.stderr and len(ran.stderr.splitlines()) == 1
    assert len(list((tmp_path / "raw").rglob("manifest.json"))) == 1


def test_running_again_with_nothing_new_changes_nothing_but_the_audit_log(demo):
    def changed():
        held = (path for path in demo.rglob("*") if path.is_file() and path.parent != demo / "logs")
        return {path: path.stat().st_mtime_ns for path in held}

    before = changed()
    ran = ncd("run", home=demo)
    after = changed()

    assert ran.returncode == 0
    assert "nothing new" in ran.stdout
    assert after == before


def test_made_up_returns_are_written_for_the_years_asked(tmp_path):
    ran = ncd("synth", str(tmp_path / "made"), "--years", "2018-2019", "--children", "20", home=tmp_path)
    assert ran.returncode == 0
    assert len(list((tmp_path / "made").rglob("cin_*_2018.xml"))) == 6
    assert len(list((tmp_path / "made" / "ssda903").glob("99?/2018-19/episodes.csv"))) == 6

    assert ncd("synth", str(tmp_path / "made"), "--years", "18", home=tmp_path).returncode == 2
