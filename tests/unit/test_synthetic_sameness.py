"""Made-up files are the same wherever and whenever they are made, and each depends on itself alone."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from dagster_project import synthetic

#: What writes each kind, small. Years and authorities are given by the tests.
WRITERS: dict[str, Callable] = {
    "cin": partial(synthetic.write_cin, children=60),
    "csww": partial(synthetic.write_csww, workers=20),
    "ssda903 csv": partial(synthetic.write_ssda903, children=150, form="csv"),
    "ssda903 zip": partial(synthetic.write_ssda903, children=150, form="zip"),
    "ssda903 xml": partial(synthetic.write_ssda903, children=150, form="xml"),
    "annex_a": lambda folder, years, **how: synthetic.write_annex_a(
        folder, date(years[-1], 3, 31), children=100, **how
    ),
}

#: The same by one process of its own: the kind, the folder, and then as below.
MAKE = """
import sys
from pathlib import Path
from tests.unit.test_synthetic_sameness import WRITERS
WRITERS[sys.argv[1]](Path(sys.argv[2]), years=(2025,), seed=1, authorities=("993", "996"))
"""


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


@pytest.mark.parametrize("kind", WRITERS)
def test_another_process_with_another_hash_seed_gives_the_same_bytes_and_another_seed_others(tmp_path, kind):
    for name, seed in (("here", 1), ("other", 2)):
        WRITERS[kind](tmp_path / name, years=(2025,), seed=seed, authorities=("993", "996"))
    command = [sys.executable, "-c", MAKE, kind, str(tmp_path / "there")]
    env = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], env=env)
    here, other = bytes_of(tmp_path / "here"), bytes_of(tmp_path / "other")
    assert here
    assert here == bytes_of(tmp_path / "there")
    assert here.keys() == other.keys() and here != other


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_does_not_depend_on_the_other_authorities_and_years(tmp_path, kind):
    WRITERS[kind](tmp_path / "all", years=(2024, 2025))
    WRITERS[kind](tmp_path / "one", years=(2025,), authorities=("993",))
    one, every = bytes_of(tmp_path / "one"), bytes_of(tmp_path / "all")
    assert one
    assert {name: every[name] for name in one} == one


def test_extracts_forms_and_publications_are_the_same_in_another_process(tmp_path):
    make = "import sys, pathlib; from dagster_project import synthetic; "
    make += "synthetic.write_aggregates(pathlib.Path(sys.argv[1]), (2014, 2015), children=60)"
    for name, seed in (("here", "1"), ("there", "7")):
        command = [sys.executable, "-c", make, str(tmp_path / name)]
        env = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, cwd=Path(__file__).parents[2], env=env)
    assert bytes_of(tmp_path / "here") == bytes_of(tmp_path / "there") != {}
