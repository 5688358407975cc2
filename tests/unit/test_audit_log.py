"""The audit log: what is recorded of a command, and whatever is done to the log afterwards is found."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dagster_project import audit, lock, pipeline, release
from dagster_project.audit import chain, recording
from dagster_project.intake import IntakeError
from dagster_project.settings import Settings, code_version
from tests.conftest import ROOT, ncd
from tests.toy_warehouse import build, dbt_manifest, figure


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", site=False)


@pytest.fixture
def five(settings):
    """A workspace with five records: two commands that ended, and one under way."""
    for command in ("intake", "build"):
        with audit.recorded(settings, command):
            pass
    chain.append(settings, {"event": "begun", "command": "release", "user": "x", "version": "0"})
    return settings


def lines(settings):
    return chain.file(settings).read_text().splitlines()


def write(settings, held):
    chain.file(settings).write_text("".join(line + "\n" for line in held))


def broken(settings, noted=()):
    found = audit.checked(settings, noted).broken
    return (found.line, found.fault) if found else None


def test_an_intake_is_recorded_with_who_when_what_and_how_it_ended(settings, census, child):
    name = "Ann Other 1 May.xml"
    file = census([child("A1"), child("A2")], name)
    pipeline.take_in(settings, [file, census("no return", "other.xml")])
    begun, ended = audit.checked(settings).records
    assert (begun["command"], begun["event"], begun["user"]) == ("intake", "begun", recording.user())
    assert begun["version"] == code_version()
    assert datetime.now(UTC) - datetime.fromisoformat(begun["at"]) < timedelta(minutes=1)
    assert (ended["of"], ended["ended"]) == (begun["number"], "done")
    assert ended["files"] == {"accepted": 1, "refused": 1}
    assert [len(ended[f"{state}_sha256"][0]) for state in ("accepted", "refused")] == [64, 64]
    text = chain.file(settings).read_text()
    assert not [word for word in ("Ann", "census", "other.xml", "A1") if word in text]


def test_a_command_that_fails_is_recorded_with_the_kind_of_its_fault_alone(settings, census, child):
    with lock.held(settings.home, ".intake.lock"), pytest.raises(IntakeError):
        pipeline.take_in(settings, [census([child()])])
    assert audit.checked(settings).records[-1]["ended"] == "IntakeError"


def test_who_it_was_is_what_the_system_says_and_no_variable(monkeypatch):
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody else")
    assert recording.user() != "somebody else"


def test_a_command_within_another_is_part_of_it(settings, census, child):
    with audit.recorded(settings, "run"):
        pipeline.take_in(settings, [census([child()])])
    begun, ended = audit.checked(settings).records
    assert begun["command"] == "run" and ended["files"] == {"accepted": 1}


def test_the_chain_of_a_workspace_is_whole(five):
    assert [each["number"] for each in audit.checked(five).records] == [1, 2, 3, 4, 5]
    assert broken(five) is None


def test_a_changed_record_is_named(five):
    held = lines(five)
    write(five, [*held[:2], held[2].replace("build", "intake"), *held[3:]])
    assert broken(five) == (3, "record 3 was changed")


def test_a_record_changed_with_its_hash_is_named_by_the_next(five):
    held = [json.loads(line) for line in lines(five)]
    held[2]["user"] = "somebody else"
    held[2]["hash"] = chain.record_hash(held[2])
    write(five, [json.dumps(each) for each in held])
    assert broken(five) == (4, "record 4 does not follow from the one before it: that was replaced")


def test_a_removed_record_is_named(five):
    held = lines(five)
    write(five, held[:1] + held[2:])
    assert broken(five) == (2, "record 3 stands where 2 belongs: one was removed before it")


def test_records_in_another_order_are_named(five):
    first, second, *others = lines(five)
    write(five, [second, first, *others])
    line, fault = broken(five)
    assert line == 1 and "stands where 1 belongs" in fault


def test_a_line_that_is_no_record_is_named(five):
    write(five, [*lines(five)[:3], '{"number": 4'])
    assert broken(five)[0] == 4


def test_an_end_cut_off_is_known_from_what_others_noted(five):
    noted = [("release X", audit.head(five))]
    assert broken(five, noted) is None
    write(five, lines(five)[:3])
    assert broken(five, noted) == (4, "the end was cut off: release X was made when there were 5 records")


def test_a_log_written_anew_is_known_from_what_others_noted(five):
    noted = [("release X", audit.head(five))]
    chain.file(five).unlink()
    for _ in range(6):
        chain.append(five, {"event": "begun", "command": "run"})
    assert broken(five, noted) == (5, "record 5 is not the one that release X was made after")


def test_a_half_written_line_is_set_apart_and_the_chain_goes_on(five):
    whole = chain.file(five).read_bytes()
    chain.file(five).write_bytes(whole + lines(five)[-1][:50].encode())
    found = audit.checked(five)
    assert found.is_torn and found.broken is None and len(found.records) == 5

    chain.append(five, {"event": "begun", "command": "run"})
    assert chain.file(five).read_bytes().startswith(whole)
    assert (five.logs / chain.TORN).read_text().startswith('{"number": 5')
    found = audit.checked(five)
    assert (found.is_torn, found.broken, found.records[-1]["torn_bytes"]) == (False, None, 50)


def test_a_clock_set_back_breaks_nothing(five, monkeypatch):
    class Before(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr(chain, "datetime", Before)
    chain.append(five, {"event": "begun", "command": "run"})
    assert broken(five) is None


def test_records_written_at_once_form_one_chain(settings):
    def write_ten():
        for _ in range(10):
            chain.append(settings, {"event": "begun", "command": "run"})

    writers = [threading.Thread(target=write_ten) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert len(audit.checked(settings).records) == 40 and broken(settings) is None


def test_long_records_are_found_from_the_end(settings):
    for _ in range(3):
        chain.append(settings, {"accepted_sha256": ["0" * 64] * 4000})
    assert audit.head(settings).number == 3 and broken(settings) is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_command_killed_half_way_stands_as_begun_and_not_ended(settings):
    code = (
        "import os, signal; from dagster_project import audit, settings\n"
        "with audit.recorded(settings.load(), 'run'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"NCD_HOME": str(settings.home)})
    (begun,) = audit.checked(settings).records
    assert begun["event"] == "begun"
    assert "not, or not yet" in ncd("audit", home=settings.home).stdout


def test_nothing_is_done_where_it_cannot_be_recorded(settings, census, child):
    settings.home.mkdir()
    settings.logs.write_text("a file where the folder belongs")
    with pytest.raises(audit.AuditError, match="nothing is done unrecorded"):
        pipeline.take_in(settings, [census([child()])])
    assert not settings.raw.exists()


def published(settings: Settings, tmp_path: Path) -> release.Release:
    build(settings.warehouse, [figure("M02", "302", 22.5)])
    (tmp_path / "suites").mkdir()
    expectation = {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}}
    suite = {"name": "core_outcome", "expectations": [expectation]}
    (tmp_path / "suites" / "core_outcome.json").write_text(json.dumps(suite))
    dbt_manifest(settings)
    return release.publish(settings, inputs="0123456789abcdef", suites=tmp_path / "suites")


def test_ncd_audit_shows_the_log_and_finds_that_its_end_was_cut_off_after_a_release(five, tmp_path):
    made = published(five, tmp_path)
    assert release.current(five).audit == audit.head(five)

    shown = ncd("audit", home=five.home)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert [row.split("\t")[4] for row in shown.stdout.splitlines()[1:4]] == ["intake", "build", "release"]

    write(five, lines(five)[:4])
    cut = ncd("audit", home=five.home)
    assert cut.returncode == 1
    assert f"broken at line 5: the end was cut off: release {made.release_id}" in cut.stderr
    told = json.loads(ncd("audit", "--format", "json", home=five.home).stdout)
    assert (told["is_whole"], told["broken"]["line"], len(told["records"])) == (False, 5, 4)
