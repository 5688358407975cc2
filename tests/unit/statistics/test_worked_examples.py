"""The examples of docs/reference/statistics.md come out as printed there."""

import doctest
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_worked_examples_come_out_as_printed(monkeypatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / "docs/reference/statistics.md"), module_relative=False)
    assert failed == 0 and tried > 30
