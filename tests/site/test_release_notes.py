"""What the site says of the release before: each public figure that differs, and no other."""

import csv
import io
import shutil
from dataclasses import replace

import duckdb
import pytest

from dagster_project.site import restated
from dagster_project.site.pages import notes
from dagster_project.site.reading import read

OF = "measure_id = 'M02' and area_code = '{}' and period = 2025"


@pytest.fixture(scope="module")
def facts(release_made, tmp_path_factory):
    """A small release, and one before it: 301's figure was another, 303's was not there, and 999 is gone."""
    before = tmp_path_factory.mktemp("before") / "core_dataset_public.duckdb"
    shutil.copy(release_made / "core_dataset_public.duckdb", before)
    before.chmod(0o644)
    with duckdb.connect(str(before)) as connection:
        figures = "outcomes.core_outcome"
        connection.execute(f"update {figures} set value = value + 1 where {OF.format('301')}")
        connection.execute(f"update {figures} set value = value * (1 + 1e-12) where {OF.format('304')}")
        connection.execute(f"delete from {figures} where {OF.format('303')}")
        connection.execute(
            f"insert into {figures} by name select * replace ('999' as area_code) from {figures}"
            f" where {OF.format('305')}"
        )
    found = read(release_made / "core_dataset_public.duckdb", release_made / "core_dataset.duckdb")
    return replace(found, before=before)


def test_each_figure_that_differs_is_told_with_what_it_was(facts):
    told = {(change.area_code, change.kind): change for change in restated.changes(facts)}
    assert set(told) == {("301", "restated"), ("303", "new"), ("999", "vanished")}
    restatement = told["301", "restated"]
    assert restatement.before == pytest.approx(restatement.after + 1)
    assert told["303", "new"].before is None and told["999", "vanished"].after is None
    assert restated.counts(facts) == {"M02": 1}


def test_the_page_lists_what_was_restated_and_its_csv_has_every_change(facts):
    (page,) = notes.pages(facts)
    assert "1 restated, 1 new, 1 vanished" in page.lead
    (listed,) = page.context["listed"]
    *_, before, after = listed.row
    assert before.value == pytest.approx(after.value + 1)
    rows = list(csv.DictReader(io.StringIO(page.files[notes.CHANGES])))
    assert [(row["kind"], row["area_code"]) for row in rows] == [
        ("restated", "301"),
        ("vanished", "999"),
        ("new", "303"),
    ]


def test_a_release_before_that_cannot_be_read_is_none(facts, tmp_path):
    (tmp_path / "damaged.duckdb").write_bytes(b"no database")
    for before in (None, tmp_path / "missing.duckdb", tmp_path / "damaged.duckdb"):
        (page,) = notes.pages(replace(facts, before=before))
        assert page.context["changes"] is None and not page.files
