"""Encryption at rest: nothing is read without the key, and a change of setting or key is taken up again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project import erasure, intake, pipeline, rule_checks, sealing, warehouse
from dagster_project import settings as setting
from dagster_project.resealing import reseal
from dagster_project.sealing import OPEN, SealingError, engine, storage_key
from dagster_project.settings import Settings
from dagster_project.warehouse import BuildError
from tests.conftest import ROOT, ncd

MARK = "KLM4711"


def show(here):
    with warehouse.prepared(here):
        pass


@pytest.fixture(scope="module")
def sealed(tmp_path_factory, text_of, child):
    """A sealed workspace with two submissions checked, and schema raw filled in its build database."""
    here = Settings(home=tmp_path_factory.mktemp("sealed") / "home", encryption=True)
    file = tmp_path_factory.mktemp("sent") / "census.xml"
    for year in (2024, 2025):
        children = [child(MARK, Ethnicity="QXMARK"), child("KLM4712")]
        file.write_text(text_of(children, reference_date=f"{year}-03-31"))
        intake.take_in(file, here)
    (here.home / "ncd.toml").write_text("encryption = true\n")
    rule_checks.check_all(here)
    show(here)
    return here.home


@pytest.fixture
def home(sealed, tmp_path):
    return Path(shutil.copytree(sealed, tmp_path / "home"))


@pytest.fixture
def settings(home):
    return Settings(home=home, encryption=True)


def parquet(home):
    return sorted([*home.glob("raw/**/*.parquet"), *home.glob("rules/**/*.parquet")])


def seals(settings):
    return {each.sealed for each in intake.submissions(settings.raw)}


def table(settings, seal):
    """What all submissions hold of children."""
    files = sorted(settings.raw.rglob("child.parquet"))
    return pa.concat_tables([seal.read(file) for file in files])


def test_a_sealed_table_comes_back_as_it_was_and_gives_nothing_away():
    key = sealing.Key(b"k" * 32)
    rows = pa.table({"who": ["QXMARK"] * 100_000 + [None], "n": pa.array(range(100_001), pa.int32())})
    data = key.seal.bytes_of(rows)
    assert b"QXMARK" not in data and b"who" not in data and b"QXMARK" in OPEN.bytes_of(rows)
    assert key.seal.read(pa.BufferReader(data)).equals(rows)
    flipped = data[:900] + bytes([data[900] ^ 1]) + data[901:]
    for seal, bytes_ in ((sealing.Key(b"j" * 32).seal, data), (OPEN, data), (key.seal, flipped)):
        with pytest.raises((OSError, pa.ArrowException)):
            seal.read(pa.BufferReader(bytes_))


def test_a_key_is_never_printed():
    key = sealing.Key(b"k" * 32)
    said = repr(key) + repr(key.seal) + repr(Settings(home=Path(), storage_key="6b" * 32))
    assert "kkkk" not in said and "6b6b" not in said


def test_no_file_of_a_sealed_workspace_is_open(sealed):
    assert len(parquet(sealed)) > 20
    for file in parquet(sealed):
        with pytest.raises((OSError, pa.ArrowException)):
            pq.read_table(file)
    for file in [*parquet(sealed), sealed / "warehouse.duckdb"]:
        assert not [word for word in (b"QXMARK", b"LAchildID", b"WBRI") if word in file.read_bytes()], file
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(sealed / "warehouse.duckdb"), read_only=True)


def test_the_key_opens_the_build_database_and_raw_shows_what_was_taken_in(settings):
    with duckdb.connect() as connection:
        engine.unlock(connection)
        engine.attached(connection, settings.warehouse, storage_key(settings), read_only=True)
        held = connection.execute("select count(*), min(Ethnicity) from warehouse.raw.cin_child").fetchone()
    assert held == (4, "QXMARK")


def test_only_the_owner_reads_the_key(settings):
    if os.name == "posix":
        assert settings.storage_key_file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_missing_stops_the_work_in_one_line(home, census, child):
    (home / "keys" / "storage.key").unlink()
    done = ncd("intake", str(census([child("B1")])), home=home)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2 and "storage.key is missing" in line and "backup" in line


def test_a_key_that_is_another_or_none_or_given_by_the_environment_is_told_by_its_name(settings, monkeypatch):
    monkeypatch.setenv("NCD_HOME", str(settings.home))
    monkeypatch.setenv("NCD_STORAGE_KEY", "ab" * 32)
    with pytest.raises(SealingError, match=r"is sealed with storage key \w{12}, and this is \w{12}"):
        pipeline.check_rules(setting.load())
    monkeypatch.setenv("NCD_STORAGE_KEY", "short")
    with pytest.raises(SealingError, match="NCD_STORAGE_KEY is no storage key") as fault:
        pipeline.check_rules(setting.load())
    assert "short" not in str(fault.value)
    monkeypatch.setenv("NCD_STORAGE_KEY", settings.storage_key_file.read_text())
    settings.storage_key_file.unlink()
    assert pipeline.check_rules(setting.load()) == []


def test_a_build_database_of_another_key_may_be_deleted(settings):
    other = settings.home / "other"
    with duckdb.connect() as connection:
        engine.unlock(connection)
        engine.attached(connection, other, sealing.Key(b"j" * 32))
    other.replace(settings.warehouse)
    with pytest.raises(BuildError, match="no DuckDB database of this storage key; delete it"):
        show(settings)


def test_without_the_extension_the_remedy_is_named(settings, monkeypatch):
    monkeypatch.setattr(engine.util, "find_spec", lambda _: None)
    with pytest.raises(SealingError, match="pip install duckdb-extension-httpfs=="):
        show(settings)


def test_a_changed_setting_stops_the_work_until_all_is_sealed_or_open(settings):
    off = Settings(home=settings.home)
    with pytest.raises(SealingError, match="'ncd reseal' puts that right"):
        rule_checks.check_all(off)
    before, rules = table(settings, intake.seal_of(settings)), len(parquet(settings.home))
    assert reseal(off) == 2
    assert seals(off) == {None} and table(off, OPEN).equals(before)
    assert len([pq.read_table(file) for file in parquet(settings.home)]) == rules
    assert rule_checks.check_all(off) == [] and rule_checks.failing(off).total() >= 0

    with pytest.raises(SealingError, match="holds files that are open; 'ncd reseal'"):
        rule_checks.check_all(settings)
    assert reseal(settings) == 2
    assert seals(settings) == {storage_key(settings).key_id}
    assert table(settings, intake.seal_of(settings)).equals(before)
    assert intake.damaged(settings.raw, intake.submissions(settings.raw)) == []


def test_a_new_key_opens_everything_and_the_old_one_nothing(settings):
    before = storage_key(settings)
    held = table(settings, before.seal)
    assert reseal(settings, new_key=True) == 2
    now = storage_key(settings)
    assert now != before and table(settings, now.seal).equals(held)
    assert not [file for file in parquet(settings.home) if before.seal.fits(file)]
    assert [path.name for path in (settings.home / "keys").glob("storage*")] == ["storage.key"]


def test_a_key_kept_elsewhere_is_changed_with_the_old_one_given(settings, tmp_path):
    old = settings.storage_key_file.rename(tmp_path / "old.key")
    with pytest.raises(SealingError, match="is not here; give it: ncd reseal --old-key FILE"):
        reseal(settings)
    assert not settings.storage_key_file.exists()
    assert reseal(settings, old_key=old) == 2


KILLED = """
import os, signal
from dagster_project import resealing, settings

done = []
def die():
    done.append(1)
    if len(done) == 1:
        os.kill(os.getpid(), signal.SIGKILL)

resealing.reseal(settings.load(), new_key=True, on_submission=die)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_reseal_that_was_killed_is_said_and_taken_up_again(settings):
    held = table(settings, storage_key(settings).seal)
    environment = {**os.environ, "NCD_HOME": str(settings.home)}
    assert subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=environment).returncode == -9
    assert len(seals(settings)) == 2
    with pytest.raises(SealingError, match="change to this one: ncd reseal"):
        rule_checks.check_all(settings)
    assert reseal(settings) == 1
    assert table(settings, storage_key(settings).seal).equals(held)


def test_a_damaged_file_is_not_sealed_anew(settings):
    file = next(settings.raw.rglob("child.parquet"))
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(SealingError, match="is damaged; remove its folder"):
        reseal(Settings(home=settings.home))


def test_a_child_is_erased_from_what_is_sealed(settings):
    seal = intake.seal_of(settings)
    [whom, _] = intake.child(settings, "991", MARK)
    assert whom.pseudonym in table(settings, seal)["LAchildID"].to_pylist()
    erasure.carry_out(settings, erasure.of_child(settings, "991", MARK, "a request"))
    for file in parquet(settings.home):
        assert whom.pseudonym not in repr(seal.read(file).to_pylist())
    assert table(settings, seal).num_rows == 2 and not settings.warehouse.exists()
