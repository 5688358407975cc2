"""What intake keeps: every row once, with pseudonyms, beside what came before; and no value elsewhere."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dagster_project import dictionary, intake
from dagster_project.intake import commit, keys, work
from dagster_project.sealing import OPEN
from dagster_project.settings import Settings

MARCH = datetime(2025, 3, 31, 12, tzinfo=UTC)


@pytest.fixture
def here(tmp_path):
    return Settings(home=tmp_path / "home", workers=2)


def held(here, table="child", **where):
    """The rows of a table in every submission, oldest first."""
    found = []
    for each in intake.submissions(here.raw):
        found += pq.read_table(each.folder(here.raw) / f"{table}.parquet").to_pylist()
    return [row for row in found if all(row[name] == value for name, value in where.items())]


def files_under(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


# -- what is written


def test_a_file_becomes_one_folder_of_parquet_and_a_manifest(here, census, child):
    file = census([child("A1"), child("A2")], name="spring.xml")
    [outcome] = intake.take_in(file, here, now=MARCH)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    identity = hashlib.sha256(f"{sha256}|cin|991|2025-03-31".encode()).hexdigest()[:16]
    folder = here.raw / "cin" / "2025-03-31" / "991" / identity
    tables = [table.name for table in dictionary.tables("cin")]

    assert (outcome.state, outcome.submission_id, outcome.source.path) == ("accepted", identity, file)
    assert {path.name for path in files_under(here.raw)} == {
        "manifest.json",
        "violation.parquet",
        "identifier_rule.parquet",
        *(f"{name}.parquet" for name in tables),
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest == {
        "submission_id": identity,
        "return_id": "cin",
        "la_code": "991",
        "collection_year": 2025,
        "period_end": "2025-03-31",
        "file_name": "spring.xml",
        "file_sha256": sha256,
        "received_at": "2025-03-31T12:00:00Z",
        "sent_at": "2025-05-23T11:14:05",
        "key_id": hashlib.sha256(bytes.fromhex(here.key_file.read_text())).hexdigest()[:12],
        "told": "|||",
        "violations": 0,
        "tables": {
            name: {
                "rows": pq.read_metadata(folder / f"{name}.parquet").num_rows,
                "sha256": hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest(),
            }
            for name in tables
        },
        "erased": [],
        "sealed": None,
    }
    assert outcome.rows == sum(table["rows"] for table in manifest["tables"].values())


@pytest.mark.parametrize("table", [table.name for table in dictionary.tables("cin")])
def test_a_parquet_file_has_its_place_and_then_every_field_as_text(here, census, table):
    [outcome] = intake.take_in(census([]), here)
    schema = pq.read_schema(
        here.raw / "cin" / "2025-03-31" / "991" / outcome.submission_id / f"{table}.parquet"
    )
    whose = ["submission_id", "la_code", "collection_year", "period_end"]
    place = ["row_number", "parent_row", "line"]
    fields = [field.name for field in dictionary.fields("cin", table)]
    assert schema.names == whose + place + fields
    kinds = ["string", "string", "int32", "string", *["int32"] * 3, *["string"] * len(fields)]
    assert [str(kind) for kind in schema.types] == kinds


def test_violations_and_notices_lie_in_one_file(here, census, child, text_of):
    text = text_of([child(Ethnicity="?")]).replace("</UPN>", "</UPN><Note/>")
    [outcome] = intake.take_in(census(text), here)
    found = held(here, "violation")
    assert list(found[0]) == [
        "submission_id",
        "la_code",
        "collection_year",
        "period_end",
        "return_id",
        "table_name",
        "row_number",
        "line",
        "field",
        "check",
    ]
    assert {(row["field"], row["check"]) for row in found} == {
        ("Note", "unknown_element"),
        ("Ethnicity", "is_a_known_code"),
    }
    assert outcome.violations == intake.submissions(here.raw)[0].violations == 2


# -- the same file again, and another


def test_the_same_bytes_again_add_nothing_whatever_their_name_and_time(here, census, child):
    file = census([child()])
    [first] = intake.take_in(file, here, now=MARCH)
    before = {path: path.stat().st_mtime_ns for path in files_under(here.raw)}
    renamed = file.rename(file.with_name("resent.xml"))
    os.utime(renamed, (1, 1))
    [again] = intake.take_in(renamed, here, now=MARCH + timedelta(days=1))
    assert (again.state, again.submission_id, again.rows) == ("already_seen", first.submission_id, first.rows)
    assert {path: path.stat().st_mtime_ns for path in files_under(here.raw)} == before


def test_two_copies_in_one_run_are_one_submission(here, census, child, tmp_path):
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(census([child()]).read_bytes())
    assert [each.state for each in intake.take_in(tmp_path, here)] == ["accepted", "already_seen"]
    assert len(held(here)) == 1


def test_a_resubmission_stands_beside_the_first_and_both_days_can_be_asked(here, census, child):
    intake.take_in(census([child("A1")]), here, now=MARCH)
    [second] = intake.take_in(census([child("A1"), child("A2")]), here, now=MARCH + timedelta(days=9))
    intake.take_in(census([child("A1")], la_code="992"), here, now=MARCH)
    other_year = census([child("A1")], reference_date="2024-03-31")
    intake.take_in(other_year, here, now=MARCH + timedelta(days=3))

    assert len(intake.submissions(here.raw)) == 4
    latest = {(each.la_code, each.collection_year): each for each in intake.current(here.raw)}
    assert latest["991", 2025].submission_id == second.submission_id
    assert set(latest) == {("991", 2025), ("992", 2025), ("991", 2024)}
    on_the_day = intake.current(here.raw, as_of=MARCH)
    assert {(each.la_code, each.tables["child"].rows) for each in on_the_day} == {("991", 1), ("992", 1)}
    assert intake.current(here.raw, as_of=MARCH - timedelta(seconds=1)) == []


def test_resending_an_older_file_says_that_a_later_one_is_in_use(here, census, child):
    first = census([child("A1")])
    intake.take_in(first, here, now=MARCH)
    intake.take_in(census([child("A2")]), here, now=MARCH + timedelta(days=1))
    [again] = intake.take_in(first, here, now=MARCH + timedelta(days=2))
    assert again.state == "already_seen"
    assert again.message.endswith("; a later file of the same is in use")


def test_of_two_files_received_at_once_the_one_made_later_is_in_use(here, census, child):
    later = census([child("A1")], made="2025-06-02T09:00:00")
    earlier = census([child("A2")], made="2025-06-01T09:00:00")
    outcomes = intake.take_in([later, earlier], here, now=MARCH)
    assert [each.submission_id for each in intake.current(here.raw)] == [outcomes[0].submission_id]


# -- pseudonyms


def test_identifiers_leave_no_trace_and_mean_the_same_child_from_year_to_year(here, census, child):
    for date in ("2024-03-31", "2025-03-31"):
        intake.take_in(census([child("A1", UPN="A12345678901B")], reference_date=date), here)
    ids = {row["LAchildID"] for table in ("child", "plan_review", "disability") for row in held(here, table)}
    assert len(ids) == 1 and len(ids.pop()) == 32
    assert len({row["UPN"] for row in held(here)}) == 1
    for file in files_under(here.raw):
        assert b"A12345678901B" not in file.read_bytes()


def test_the_same_id_in_two_authorities_is_two_children_and_one_upn_is_one(here, census, child):
    for la_code in ("991", "992"):
        former = child("A1")
        former["ChildIdentifiers"]["FormerUPN"] = former["ChildIdentifiers"]["UPN"]
        intake.take_in(census([former], la_code=la_code), here)
    one, other = held(here)
    assert one["LAchildID"] != other["LAchildID"]
    assert one["UPN"] == other["UPN"] == one["FormerUPN"]


def test_ids_that_differ_only_as_numbers_would_are_different_children(here, census, child):
    intake.take_in(census([child(each) for each in ("00123", "123", "12E3", "12000", "a1", "A1")]), here)
    assert len({row["LAchildID"] for row in held(here)}) == 6


def test_children_without_an_id_are_not_one_child_and_keep_their_events(here, census, child):
    intake.take_in(census([child(None), child("A1"), child(None)]), here, now=MARCH)
    intake.take_in(census([child(None)]), here, now=MARCH + timedelta(days=1))
    ids = [row["LAchildID"] for row in held(here)]
    assert None not in ids and len(set(ids)) == 4
    for table in ("cin_details", "section_47", "assessment_factor", "plan_review"):
        assert {row["LAchildID"] for row in held(here, table)} == set(ids)


def test_another_workspace_gives_the_same_child_another_pseudonym(here, census, child, tmp_path):
    other = Settings(home=tmp_path / "other")
    for each in (here, other):
        intake.take_in(census([child()]), each)
    assert held(here)[0]["LAchildID"] != held(other)[0]["LAchildID"]


# -- the key


def test_the_key_is_made_once_and_only_its_owner_may_read_it(here, census, child):
    intake.take_in(census([child("A1")]), here)
    first = here.key_file.read_text()
    intake.take_in(census([child("A2")]), here)
    assert here.key_file.read_text() == first
    assert len(bytes.fromhex(first)) == 32
    if os.name == "posix":
        assert stat.S_IMODE(here.key_file.stat().st_mode) == 0o600
    assert files_under(here.key_file.parent) == [here.key_file]


def test_runs_that_start_together_make_one_key(tmp_path):
    file = tmp_path / "keys" / "pseudonym.key"
    with ThreadPoolExecutor(8) as together:
        made = list(together.map(lambda _: keys.workspace_key(file, ()), range(32)))
    assert len({key.secret for key in made}) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda file: file.unlink(), "is missing, and submissions were taken in with key"),
        (lambda file: file.write_text("ab" * 32), "restore that key"),
        (lambda file: file.write_text("not a key"), "cannot be read as a key; restore it"),
    ],
)
def test_a_lost_or_changed_key_stops_everything(here, census, child, change, says):
    intake.take_in(census([child("A1")]), here)
    before = files_under(here.raw)
    secret = here.key_file.read_text().strip()
    change(here.key_file)
    with pytest.raises(intake.KeyProblem, match=says) as stopped:
        intake.take_in(census([child("A2")]), here)
    assert files_under(here.raw) == before
    assert secret not in str(stopped.value) and len(str(stopped.value).splitlines()) == 1


def test_a_key_does_not_show_itself():
    assert "secret" not in repr(keys.Key(b"secret"))


# -- runs that were killed, files that were refused


def test_a_run_killed_before_the_manifest_left_nothing_and_is_done_again(here, census, child, monkeypatch):
    file = census([child()])
    with monkeypatch.context() as patch:
        patch.setattr(commit, "write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            intake.take_in(file, here)
    assert files_under(here.raw) and intake.submissions(here.raw) == []
    damaged = next(path for path in files_under(here.raw) if path.name == "child.parquet")
    damaged.write_bytes(b"half")

    [outcome] = intake.take_in(file, here)
    assert outcome.state == "accepted"
    assert len(held(here)) == 1


def test_a_refused_file_is_recorded_once_and_forgotten_when_it_is_taken_in(here, census, child, monkeypatch):
    file = census([child()])

    def fails(source, _told):
        raise intake.work.UnreadableFile(source, "line 3 is odd", "mend it")

    with monkeypatch.context() as patch:
        patch.setattr(work, "examine", fails)
        for day in range(2):
            [outcome] = intake.take_in(file, here, now=MARCH + timedelta(days=day))
            assert (outcome.state, outcome.message) == ("refused", "census.xml: line 3 is odd; mend it")
    [refusal] = intake.refusals(here.raw)
    assert (refusal.file_name, refusal.reason) == ("census.xml", "line 3 is odd; mend it")
    assert refusal.refused_at == "2025-03-31T12:00:00Z"
    assert files_under(here.raw) == [here.raw / "refused" / f"{refusal.file_sha256[:16]}.json"]

    assert [each.state for each in intake.take_in(file, here)] == ["accepted"]
    assert intake.refusals(here.raw) == []


def test_a_refused_file_does_not_stop_the_others_and_empties_nothing(here, census, child, tmp_path):
    good = census([child()])
    intake.take_in(good, here, now=MARCH)
    broken = census("<Message>", name="broken.xml")
    heard = []
    outcomes = intake.take_in(
        [tmp_path / "gone.xml", broken, census([child("A2")], la_code="992")], here, on_file=heard.append
    )
    assert [each.state for each in outcomes] == ["refused", "refused", "accepted"]
    assert sorted(heard, key=lambda each: each.message) == sorted(outcomes, key=lambda each: each.message)
    assert len(held(here)) == 2


def test_an_unforeseen_fault_is_told_by_its_type_alone(here, census, child, monkeypatch):
    def fails(_source, _told):
        raise ZeroDivisionError("A1 born 2015-03-27")

    monkeypatch.setattr(work, "examine", fails)
    [outcome] = intake.take_in(census([child()]), here)
    assert (
        outcome.message == "census.xml: could not be taken in (ZeroDivisionError); please report this fault"
    )


@pytest.mark.parametrize("cut", [None, -20])
def test_a_file_that_changes_under_the_reader_is_neither_taken_in_nor_recorded(
    here, census, child, monkeypatch, cut
):
    file = census([child()])

    def examine(source, told):
        source.path.write_bytes(source.path.read_bytes()[:cut] + b"\n")
        return intake.examine(source, told)

    monkeypatch.setattr(work, "examine", examine)
    [outcome] = intake.take_in(file, here)
    assert "changed while it was read" in outcome.message
    assert (outcome.state, files_under(here.raw)) == ("refused", [])


def test_a_damaged_manifest_is_said_and_not_passed_over(here, census, child):
    intake.take_in(census([child()]), here)
    [manifest] = here.raw.rglob("manifest.json")
    manifest.write_text("{")
    with pytest.raises(intake.LedgerError, match="manifest.json cannot be read; remove it and take"):
        intake.submissions(here.raw)


# -- folders and workers


def test_a_folder_is_searched_and_what_is_hidden_or_unfinished_passed_over(here, census, child, tmp_path):
    folder = tmp_path / "incoming"
    for name in (
        "a.xml",
        "deep/er/b.xml",
        ".hidden.xml",
        ".git/c.xml",
        "d.xml.part",
        "~$e.xlsx",
        "Thumbs.db",
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(census([child(name)]).read_bytes())
    outcomes = intake.take_in([folder, folder / "a.xml"], here)
    assert [each.source.path.name for each in outcomes] == ["a.xml", "b.xml"]


def test_nothing_to_take_in_is_nothing_done(here, tmp_path):
    assert intake.take_in(tmp_path, here) == []
    assert not here.home.exists()


def test_workers_give_what_one_process_gives(here, census, child, tmp_path, monkeypatch):
    files = [
        census([child(f"A{number}", Ethnicity="?")] * number, la_code=f"99{number}") for number in (1, 2, 3)
    ]
    files.append(census("<Message>"))
    here.key_file.parent.mkdir(parents=True)
    here.key_file.write_text("ab" * 32)
    other = replace(here, home=tmp_path / "other", workers=1)
    other.key_file.parent.mkdir(parents=True)
    other.key_file.write_text("ab" * 32)
    alone = intake.take_in(files, other, now=MARCH)
    monkeypatch.setattr(work, "POOL_FROM_BYTES", 0)
    assert intake.take_in(files, here, now=MARCH) == alone
    for one, two in zip(files_under(here.raw), files_under(other.raw), strict=True):
        assert one.relative_to(here.raw) == two.relative_to(other.raw)
        assert one.read_bytes() == two.read_bytes()


class Deadly:
    """What ends the worker that unpacks it, as the system ends one that wants too much memory."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_worker_that_dies_costs_its_own_file_and_no_other(here, census, child, monkeypatch):
    monkeypatch.setattr(work, "POOL_FROM_BYTES", 0)
    key = keys.workspace_key(here.key_file, ())
    jobs = [
        work.Job(
            intake.Source(file),
            intake.Told(),
            "||",
            intake.files.fingerprint(intake.Source(file)),
            work.Version.of(file),
            here.raw,
            secret,
            OPEN,
            "2025-03-31T12:00:00Z",
        )
        for file, secret in [
            (census([child("A1")]), key),
            (census([child("A2")], name="deadly.xml"), Deadly()),
        ]
    ]
    outcomes = {each.source.path.name: each for each in work.all_taken(jobs, 2)}
    assert outcomes["census.xml"].state == "accepted"
    assert outcomes["deadly.xml"].state == "refused"
    assert "ended by the system" in outcomes["deadly.xml"].message


def test_with_nothing_new_no_file_is_opened_a_second_time(here, census, child, monkeypatch):
    file = census([child()])
    intake.take_in(file, here)
    monkeypatch.setattr(work, "examine", lambda _: pytest.fail("it was read again"))
    assert [each.state for each in intake.take_in(file, here)] == ["already_seen"]


# -- the canary


def test_no_value_of_a_record_is_in_any_violation_manifest_refusal_message_or_log(tmp_path, child, text_of):
    marked = []

    def mark(content, name=""):
        if isinstance(content, dict):
            return {below: mark(each, below) for below, each in content.items()}
        if isinstance(content, list):
            return [mark(each, name) for each in content]
        marked.append((name, f"CANARY{len(marked):03d}"))
        return marked[-1][1]

    text = text_of([mark(child()), mark(child())])
    odd = text.replace("</UPN>", "</UPN>CANARYstray<Note>CANARYnote</Note><LAchildID>CANARYtwice</LAchildID>")
    broken = text.replace("</Children>", "<CANARY")
    doctype = text.replace("<Message>", "<!DOCTYPE CANARY><Message>")
    undefined = text.replace("CANARY001", "&CANARY;")
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for name, each in {"odd": odd, "broken": broken, "doctype": doctype, "undefined": undefined}.items():
        (incoming / f"{name}.xml").write_text(each)

    program = (
        "import logging, sys; from pathlib import Path\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "from dagster_project import intake; from dagster_project.settings import Settings\n"
        "[print(each) for each in intake.take_in(Path(sys.argv[1]), Settings(Path(sys.argv[2])))]\n"
        "[print(each) for each in intake.refusals(Path(sys.argv[2]) / 'raw')]\n"
    )
    root = Path(intake.__file__).parents[2]
    command = [sys.executable, "-c", program, str(incoming), str(tmp_path / "home")]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout.count("refused") >= 3 and "accepted" in run.stdout
    assert "CANARY" not in run.stdout + run.stderr

    raw = tmp_path / "home" / "raw"
    [violations] = raw.rglob("violation.parquet")
    assert pq.read_metadata(violations).num_rows > len(marked) / 2
    assert "CANARY" not in str(pq.read_table(violations).to_pylist())
    for file in files_under(raw):
        if file.suffix == ".json" or file == violations:
            assert b"CANARY" not in file.read_bytes()
    identifiers = [marker for name, marker in marked if name in ("LAchildID", "UPN")]
    for file in raw.rglob("*.parquet"):
        assert not [each for each in identifiers if each in str(pq.read_table(file).to_pylist())]


def test_a_clock_that_was_set_back_does_not_make_an_older_file_the_one_in_use(here, census, child):
    ahead = datetime.now(UTC) + timedelta(days=2)
    intake.take_in(census([child("A1")], name="first.xml"), here, now=ahead)
    [outcome] = intake.take_in(census([child("A1"), child("A2")], name="second.xml"), here)
    [in_use] = intake.current(here.raw)
    assert in_use.submission_id == outcome.submission_id
    assert in_use.received_at == intake.moment(ahead + timedelta(seconds=1))
