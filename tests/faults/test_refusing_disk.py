"""A disk that is full, or that nobody may write to: one line says so, nothing is lost, the next run goes on.

A limit on the size of a file stands for the full disk: whatever is written beyond it fails, in Python and in
DuckDB, at any step that it is set before.
"""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

from dagster_project import intake, lock, synthetic
from dagster_project.release import ReleaseError, current, damaged, publication, publish
from dagster_project.settings import Settings
from tests.conftest import ROOT, ncd
from tests.toy_warehouse import workspace

resource = pytest.importorskip("resource", reason="needs limits of the operating system")


@contextmanager
def full_disk(size=0):
    """No file may grow beyond ``size`` bytes until the block ends."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def limited(size):
    """What makes a command start with a disk on which no file may grow beyond ``size`` bytes."""
    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}


def told_in_one_line(ran):
    """The line that a command ended with; it failed, and without a traceback."""
    assert ran.returncode in (1, 2), ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    return ran.stderr.strip().splitlines()[-1]


@pytest.fixture
def census(tmp_path):
    synthetic.write_cin(tmp_path / "sent", (2024,), children=40, authorities=["991"])
    [file] = (tmp_path / "sent").rglob("*.xml")
    return file


# -- a full disk


@pytest.mark.parametrize("size", [0, 50, 2_000, 4_000])
def test_an_intake_on_a_full_disk_takes_in_nothing_and_then_all(tmp_path, census, size):
    home = tmp_path / "home"
    ran = ncd("intake", str(census), home=home, **limited(size))
    said = told_in_one_line(ran)
    assert "File too large" in said
    assert intake.submissions(home / "raw") == []
    assert ncd("intake", str(census), home=home).returncode == 0
    [taken] = intake.submissions(home / "raw")
    assert not list(home.rglob("*.tmp")) and taken.tables["child"].rows > 0


def test_a_run_on_a_full_disk_makes_no_release_and_the_next_one_builds(tmp_path, census):
    home = tmp_path / "home"
    assert ncd("intake", str(census), home=home).returncode == 0
    told_in_one_line(ncd("run", home=home, **limited(1_000_000)))  # less than the warehouse needs
    assert current(Settings(home=home)) is None
    ran = ncd("build", home=home)
    assert ran.returncode == 0, ran.stdout + ran.stderr


#: Each is called by ``release.publication``; the disk is full from there on.
STEPS = (
    ("gates", "write_page"),
    ("snapshot", "write"),
    ("lineage", "write"),
    ("outputs", "write"),
    ("notes", "write"),
    ("manifest", "write"),
    ("manifest", "point"),
)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A workspace with a release in force."""
    settings = workspace(tmp_path_factory.mktemp("toy"))
    published(settings)
    return settings


def published(settings):
    return publish(
        settings,
        inputs="0123456789abcdef",
        suites=settings.home / "suites",
    )


@pytest.mark.parametrize("step", STEPS, ids=".".join)
def test_a_publication_whose_disk_fills_up_at_a_step_leaves_the_release_before_it(toy, monkeypatch, step):
    before = current(toy)
    module = getattr(publication, step[0])
    work = getattr(module, step[1])

    def on_a_full_disk(*arguments, **more):
        with full_disk():
            return work(*arguments, **more)

    monkeypatch.setattr(module, step[1], on_a_full_disk)
    with pytest.raises(ReleaseError) as refused:
        published(toy)
    (line,) = str(refused.value).splitlines()
    assert "could not be written" in line
    assert current(toy) == before and damaged(before) == []

    monkeypatch.undo()
    made = published(toy)
    assert current(toy) == made and damaged(made) == []
    assert not [
        path.name for path in toy.releases.iterdir() if path.name.startswith((".building", ".leaving"))
    ]


# -- a release that is not as it was made


def test_one_flipped_bit_of_a_release_is_told_by_status_with_the_file(toy):
    file = current(toy).path / "parquet" / "outcomes" / "core_index.parquet"
    assert ncd("status", home=toy.home).returncode == 0
    whole, mode = file.read_bytes(), file.stat().st_mode
    file.chmod(0o600)
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    ran = ncd("status", home=toy.home)
    file.write_bytes(whole)
    file.chmod(mode)
    assert ran.returncode == 1
    assert "parquet/outcomes/core_index.parquet" in told_in_one_line(ran)


# -- a folder that nobody may write to


#: Root may write anywhere, unless that right is taken from it.
BOUND = ["setpriv", "--bounding-set=-dac_override"] if os.name == "posix" and os.geteuid() == 0 else []


@contextmanager
def read_only(folder):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)


def bound(*arguments, home):
    """The command, by somebody who has no more rights than the folders give."""
    command = [*BOUND, sys.executable, "-m", "dagster_project.cli", *arguments]
    environment = {**os.environ, "NCD_HOME": str(home), "COLUMNS": "200"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)


@pytest.mark.skipif(
    bool(BOUND) and not shutil.which("setpriv"), reason="needs setpriv to take rights from root"
)
@pytest.mark.parametrize("folder", [".", "raw", "keys"])
def test_an_intake_into_a_folder_that_nobody_may_write_to_says_so_and_takes_in_nothing(
    tmp_path, census, folder
):
    home = tmp_path / "home"
    with read_only(home / folder):
        ran = bound("intake", str(census), home=home)
        assert "Permission denied" in told_in_one_line(ran)
        assert intake.submissions(home / "raw") == []
    assert bound("intake", str(census), home=home).returncode == 0
    assert len(intake.submissions(home / "raw")) == 1


# -- two at once


def test_a_second_run_at_once_is_told_who_is_at_work_and_changes_nothing(tmp_path, census):
    home = tmp_path / "home"
    with lock.held(home, ".intake.lock"):
        line = told_in_one_line(ncd("intake", str(census), home=home))
    assert f"process {os.getpid()}" in line and "wait for it to end" in line
    assert intake.submissions(home / "raw") == []
