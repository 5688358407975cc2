"""The record of processing tells of every return, and of everything in it that says who somebody is."""

import pytest

from dagster_project.dictionary import fields, returns, tables
from dagster_project.settings import ROOT

PAGE = (ROOT / "docs" / "reference" / "processing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("return_id", sorted(returns()))
def test_each_return_has_a_line_that_names_its_identifiers(return_id):
    [line] = [line for line in PAGE.splitlines() if line.startswith("|") and f"`{return_id}`" in line]
    kinds = {each.identifier for table in tables(return_id) for each in fields(return_id, table.name)}
    assert [kind for kind in kinds if kind and f"`{kind}`" not in line] == []
