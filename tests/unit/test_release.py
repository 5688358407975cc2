"""Releases: what is in one, what is not, what readers see, and what stops one."""

import json
import os
import shutil
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dagster_project import lock
from dagster_project.release import ReleaseBlocked, ReleaseError, current, damaged, publish
from dagster_project.settings import Settings
from tests import toy_warehouse
from tests.toy_warehouse import FACTS, QUALITY, dbt_manifest, figure

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
INPUTS = "0123456789abcdef"
CANARY = "QX-CANARY-7731"  # stands in every place of the build that no release may show
MARKER = "Bexley-MARKER-42"  # stands in a released table: what looks for the canary must find this one
FIGURES = [("M02", "302", 22.5), ("M02", "303", 31.0), ("M03", "302", None), ("M03", "303", 15.2)]

SUBMISSION = {
    "submission_id": "00aa11bb22cc33dd",
    "return_id": "cin",
    "la_code": "302",
    "period_end": date(2025, 3, 31),
    "state": "current",
    "file_sha256": "ab" * 32,
    "received_at": datetime(2025, 6, 2, 9),
}


def describe(settings: Settings) -> None:
    """Writes what dbt would of the warehouse that ``build`` makes."""
    child = {"resource_type": "model", "schema": "core", "name": "core_child"}
    child |= {"description": "Children: \"today's\"\nand yesterday's.", "columns": {}}
    staged = {
        "resource_type": "model",
        "schema": "staging",
        "name": "stg_cin__child",
        "description": "Staging.",
    }
    unique = {"resource_type": "test", "schema": "core", "name": "unique"}
    more = {"model.ncd.core_child": child, "model.ncd.stg_cin__child": staged, "test.ncd.unique": unique}
    dbt_manifest(settings, **more)


def build(home: Path, figures=FIGURES) -> None:
    """A toy warehouse with every schema of the real one."""
    rows = [figure(measure, area, value, area_name=MARKER) for measure, area, value in figures]
    toy_warehouse.build(home / "warehouse.duckdb", rows, [SUBMISSION])
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        for schema in ("raw", "staging", "intermediate", "published"):
            connection.execute(f"create schema if not exists {schema}")
        for secret in ("raw.child", "staging.stg_cin__child", "intermediate.step", "published.figure"):
            connection.execute(f"create or replace table {secret} as select ? as child_id", [CANARY])
        connection.execute("create or replace view outcomes.outcome_step as from intermediate.step")
        connection.execute(
            "create or replace table core.core_child as select 'a1' as child_id, '302' as la_code"
        )


def expect(folder: Path, severity: str, most: float) -> Path:
    folder.mkdir(exist_ok=True)
    expectation = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "value", "min_value": 0, "max_value": most},
        "severity": severity,
        "meta": {"why": "Nobody has ever reached it."},
    }
    suite = {"name": "core_outcome", "expectations": [expectation]}
    (folder / "core_outcome.json").write_text(json.dumps(suite), encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path):
    build(tmp_path / "home")
    made = Settings(home=tmp_path / "home", keep_releases=3, site=False)
    describe(made)
    return made


@pytest.fixture
def release(settings, tmp_path):
    """Publishes the toy warehouse; what is not given is as on an ordinary day."""

    def published(now=NOON, inputs=INPUTS, severity="critical", most=100.0):
        return publish(
            settings,
            inputs=inputs,
            now=now,
            suites=expect(tmp_path / "suites", severity, most),
        )

    return published


@pytest.fixture
def query():
    """Asks the database of a release, as an analyst does."""

    def asked(made, sql):
        with duckdb.connect(str(made.path / "core_dataset.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return asked


def told(folder: Path) -> str:
    """Every value of every table of a release, and every readable byte of every file of it."""
    texts = [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
    with duckdb.connect(str(folder / "core_dataset.duckdb"), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        texts += [str(connection.execute(f'from {schema}."{table}"').fetchall()) for schema, table in tables]
        texts += [
            str(connection.execute("from read_parquet(?)", [str(path)]).fetchall())
            for path in folder.rglob("*.parquet")
        ]
    return "\n".join(texts)


def lying(settings: Settings) -> set[str]:
    """What lies in the folder of releases, the releases themselves aside."""
    return {path.name for path in settings.releases.iterdir() if not path.name.startswith("2026")}


def parquet_hashes(made) -> dict[str, str]:
    files = json.loads((made.path / "manifest.json").read_text())["files"]
    return {
        name: file["sha256"]
        for name, file in files.items()
        if name.startswith("parquet/") and "/meta/release" not in name  # that one has the release's own name
    }


def test_a_release_holds_the_released_tables_and_nothing_else(release, query):
    made = release()
    tables = [
        ("core", "core_child"),
        *(("meta", name) for name in sorted([*(Path(fact).name for fact in FACTS), "column", "release"])),
        *(("outcomes", name) for name in ("core_comparison", "core_index", "core_outcome")),
        *(("quality", name) for name in QUALITY),
    ]
    sql = "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
    assert query(made, f"{sql} order by all") == tables
    files = sorted(path.relative_to(made.path).as_posix() for path in made.path.rglob("*") if path.is_file())
    names = ["core_comparison", "core_index", "core_outcome"]
    assert files == [
        "RELEASE_NOTES.md",
        "core_dataset.duckdb",
        "core_dataset.xlsx",
        "core_dataset_public.duckdb",
        "data_docs/index.html",
        "datapackage.json",
        "lineage.jsonl",
        "manifest.json",
        *(f"open_data/{name}.{kind}" for name in names for kind in ("csv", "meta.csv")),
        *(f"parquet/{schema}/{table}.parquet" for schema, table in tables),
    ]
    counts = {name: query(made, f'select count(*) from "{name[0]}"."{name[1]}"')[0][0] for name in tables}
    assert made.tables == {".".join(name): count for name, count in counts.items()}
    assert (made.tables["outcomes.core_outcome"], made.tables["quality.submission"]) == (len(FIGURES), 1)


def test_nothing_of_the_build_is_in_any_byte_of_a_release(release):
    everything = told(release().path)
    assert MARKER in everything
    assert CANARY not in everything


def test_the_files_hold_what_the_warehouse_holds(release, query):
    made = release()
    figures = query(made, "select measure_id, area_code, value from outcomes.core_outcome")
    assert sorted(figures, key=str) == sorted(FIGURES, key=str)
    parquet = made.path / "parquet" / "outcomes" / "core_outcome.parquet"
    assert query(made, f"from '{parquet}'") == query(made, "from outcomes.core_outcome")


def test_tables_and_columns_say_what_they_are(release, query):
    made = release()
    comments = dict(query(made, "select table_name, comment from duckdb_tables()"))
    assert comments["core_child"] == "Children: \"today's\" and yesterday's."
    assert all(comments.values())
    sql = "select comment from duckdb_columns() where table_name = 'core_outcome' order by column_index"
    told = [column["description"] for column in toy_warehouse.columns("outcomes", "core_outcome").values()]
    assert [comment for (comment,) in query(made, sql)] == told
    dictionary = "from meta.\"column\" where table_name = 'core_outcome' and position in (11, 12)"
    assert query(made, f"{dictionary} order by position") == [
        ("outcomes", "core_outcome", "denominator", 11, "DOUBLE", told[10]),
        ("outcomes", "core_outcome", "value", 12, "DOUBLE", told[11]),
    ]
    assert query(made, "from meta.release") == [
        (made.release_id, NOON.replace(tzinfo=None), INPUTS, made.code_version, None)
    ]


def test_the_manifest_lists_every_file_and_a_changed_one_shows(release):
    made = release()
    manifest = json.loads((made.path / "manifest.json").read_text())
    assert manifest["release_id"] == "20260401T120000Z-01234567"
    assert manifest["created_at"] == "2026-04-01T12:00:00+00:00"
    assert manifest["inputs_fingerprint"] == INPUTS
    assert manifest["inputs"] == [
        {
            "submission_id": "00aa11bb22cc33dd",
            "return_id": "cin",
            "la_code": "302",
            "period_end": "2025-03-31",
            "file_sha256": "ab" * 32,
            "received_at": "2025-06-02T09:00:00Z",
        }
    ]
    files = {path.relative_to(made.path).as_posix(): path for path in made.path.rglob("*") if path.is_file()}
    assert files.keys() - manifest["files"].keys() == {"manifest.json"}
    assert all(files[name].stat().st_size == file["bytes"] for name, file in manifest["files"].items())
    assert damaged(made) == []

    name = "parquet/meta/area.parquet"
    content = bytearray(files[name].read_bytes())
    content[7] ^= 1
    files[name].chmod(0o644)
    files[name].write_bytes(content)
    files["core_dataset.duckdb"].unlink()
    assert damaged(made) == ["core_dataset.duckdb", name]


def test_the_same_content_gives_the_same_parquet(release, settings):
    first = release()
    settings.warehouse.unlink()
    build(settings.home, figures=FIGURES[::-1])
    second = release(now=NOON + timedelta(days=1), inputs="fedcba9876543210")
    assert parquet_hashes(second) == parquet_hashes(first)

    build(settings.home, figures=[*FIGURES[:3], ("M03", "303", 15.3)])
    third = release(now=NOON + timedelta(days=2))
    changed = {
        name for name, sha256 in parquet_hashes(third).items() if sha256 != parquet_hashes(first)[name]
    }
    assert changed == {"parquet/outcomes/core_outcome.parquet"}


def test_no_file_of_a_release_can_be_written(release):
    files = [path for path in release().path.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}


def test_the_pointer_follows_the_newest_release(release, settings):
    assert current(settings) is None
    assert release() == current(settings)
    newer = release(now=NOON + timedelta(days=1))
    assert current(settings) == newer
    pointer = json.loads((settings.releases / "current.json").read_text())
    assert pointer == {
        "release_id": "20260402T120000Z-01234567",
        "path": "release/20260402T120000Z-01234567",
        "created_at": "2026-04-02T12:00:00+00:00",
    }


def test_a_workspace_may_be_moved(release, settings, tmp_path):
    made = release()
    moved = Settings(home=tmp_path / "elsewhere")
    settings.home.rename(moved.home)
    found = current(moved)
    assert found is not None
    assert found.release_id == made.release_id
    assert damaged(found) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"path": 3}', '{"release_id": "x", "path": "gone"}']
)
def test_a_pointer_that_leads_nowhere_is_no_release(release, settings, text):
    release()
    (settings.releases / "current.json").write_text(text)
    assert current(settings) is None


def test_a_release_without_its_manifest_is_none(release, settings):
    (release().path / "manifest.json").unlink()
    assert current(settings) is None


def test_what_is_critical_holds_a_release_back(release, settings):
    before = release()
    with pytest.raises(ReleaseBlocked) as blocked:
        release(now=NOON + timedelta(days=1), most=30.0)
    assert blocked.value.lines == [
        "critical: core_outcome.expect_column_values_to_be_between failed for 1 of 4 rows."
        " Nobody has ever reached it."
    ]
    assert current(settings) == before
    assert lying(settings) == {".lock", "current.json"}


def test_a_warning_is_shown_and_holds_nothing_back(release, settings):
    made = release(severity="warning", most=30.0)
    (warning,) = made.warnings
    assert warning.startswith("warning: core_outcome.expect_")
    assert json.loads((made.path / "manifest.json").read_text())["warnings"] == [warning]
    assert current(settings) == made


def test_what_an_earlier_build_left_is_left_out_and_said(release, settings):
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create table core.core_forgotten as select ? as child_id", [CANARY])
    made = release()
    (warning,) = made.warnings
    assert warning.startswith("core.core_forgotten: left out of the release")
    assert CANARY not in told(made.path)


def test_a_half_finished_build_is_not_released(release, settings):
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("drop table quality.submission")
    with pytest.raises(ReleaseError, match=r"lacks quality\.submission; run 'ncd build' to the end"):
        release()
    assert current(settings) is None


def test_a_missing_warehouse_is_said_in_one_line(release, settings):
    settings.warehouse.unlink()
    with pytest.raises(ReleaseError, match=r"^there is no warehouse at .*; run 'ncd build' first$"):
        release()


def test_a_warehouse_that_is_none_is_said_in_one_line(release, settings):
    settings.warehouse.write_bytes(b"x" * 9000)
    with pytest.raises(ReleaseError, match=r"cannot be opened as a DuckDB database; build it again$"):
        release()


def test_an_open_warehouse_is_said_in_one_line(release, settings):
    with (
        duckdb.connect(str(settings.warehouse)),
        pytest.raises(ReleaseError, match=r"is open in another program; wait for it to end$"),
    ):
        release()


def test_a_missing_manifest_of_dbt_is_said_in_one_line(release, settings):
    (settings.compiled / "manifest.json").unlink()
    with pytest.raises(ReleaseError, match=r"^there is no dbt manifest at .*; run 'ncd build' first$"):
        release()


@pytest.mark.parametrize("text", ["", "[]", '{"nodes": 3}', '{"nodes": {"a": {"resource_type": "model"}}}'])
def test_a_manifest_that_is_none_of_dbts_is_said_in_one_line(release, settings, text):
    (settings.compiled / "manifest.json").write_text(text)
    with pytest.raises(ReleaseError, match=r"manifest\.json is not a dbt manifest; run 'ncd build' again$"):
        release()


def test_a_fingerprint_must_fit_into_a_name(release):
    with pytest.raises(ValueError, match="fingerprint"):
        release(inputs="../../etc")


def test_the_oldest_releases_go_and_the_one_in_force_stays(release, settings):
    made = [release(now=NOON + timedelta(days=day)) for day in range(5)]
    assert [one.path.exists() for one in made] == [False, False, True, True, True]
    yesterday = release(now=NOON - timedelta(days=9))  # the clock was set back
    assert current(settings) == yesterday
    assert [one.path.exists() for one in made] == [False, False, False, True, True]
    assert lying(settings) == {".lock", "current.json"}


def test_a_release_that_never_came_into_force_takes_no_place(release, settings):
    first, second = release(), release(now=NOON + timedelta(days=1))
    before = (settings.releases / "current.json").read_text()
    never = release(now=NOON + timedelta(days=2))
    (settings.releases / "current.json").write_text(before)  # as if the run had died just before the switch
    third = release(now=NOON + timedelta(days=3))
    assert (first.previous, second.previous, third.previous) == (None, first.release_id, second.release_id)
    assert [one.path.exists() for one in (first, second, never, third)] == [True, True, False, True]


def test_what_is_no_release_is_never_removed(release, settings):
    own = settings.releases / "my notes"
    own.mkdir(parents=True)
    for day in range(5):
        release(now=NOON + timedelta(days=day))
    assert own.is_dir()


def test_two_releases_of_one_second_have_two_names(release):
    first, second = release(), release()
    assert first.release_id != second.release_id
    assert damaged(first) == damaged(second) == []


def test_what_a_dead_run_left_is_removed(release, settings):
    left = settings.releases / ".building-20260301T120000Z-01234567"
    (left / "parquet").mkdir(parents=True)
    (left / "parquet" / "half.parquet").write_bytes(b"half")
    (left / "parquet" / "half.parquet").chmod(0o444)
    release()
    assert lying(settings) == {".lock", "current.json"}


def test_a_second_run_at_once_is_told_in_one_line(release, settings):
    with lock.held(settings.releases), pytest.raises(ReleaseError) as refused:
        release()
    said = str(refused.value)
    assert said.startswith(f"{settings.releases} is being written to already (process {os.getpid()}, since ")
    assert "\n" not in said
    assert current(settings) is None
    assert release() == current(settings)  # the lock ends with its block


def test_a_disk_that_refuses_is_said_in_one_line(release, settings, monkeypatch):
    before = release()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ReleaseError, match="^the release could not be written: No space left on device$"):
            release(now=NOON + timedelta(days=1))
    assert current(settings) == before
    assert lying(settings) == {".lock", "current.json"}


def test_an_old_release_that_somebody_has_open_stays(release, settings, monkeypatch):
    made = [release(now=NOON + timedelta(days=day)) for day in range(3)]

    def refused(*_):
        raise PermissionError(13, "in use")  # what Windows says

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refused)
        newest = release(now=NOON + timedelta(days=3))
    assert current(settings) == newest
    assert damaged(made[0]) == []


def test_a_reader_of_the_old_pointer_finds_the_new_release(release, settings, monkeypatch):
    first = release()
    second = release(now=NOON + timedelta(days=1))
    pointer = settings.releases / "current.json"
    new, read_text = pointer.read_text(), Path.read_text
    pointer.write_text(new.replace(second.release_id, first.release_id))
    shutil.rmtree(first.path)

    def between(path, *args, **kwargs):  # the publication switches after the reader has read the pointer
        text = read_text(path, *args, **kwargs)
        if path == pointer:
            path.write_text(new)
        return text

    monkeypatch.setattr(Path, "read_text", between)
    assert current(settings) == second
