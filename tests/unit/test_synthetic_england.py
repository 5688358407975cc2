from datetime import date

import pyarrow.parquet as pq
import pytest

from benchmarks import synthetic_england
from dagster_project import intake
from dagster_project.dictionary import arrow


@pytest.fixture(scope="module")
def england(tmp_path_factory):
    """Two years of two authorities: where they were written to, and how many rows."""

    def written(name):
        raw = tmp_path_factory.mktemp(name)
        return raw, synthetic_england.write(raw, 0.02)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic_england, "authorities", lambda: ["201", "202"])
        years = {name: range(2024, 2026) for name in synthetic_england.YEARS}
        patch.setattr(synthetic_england, "YEARS", years)
        yield written("england"), written("again")


def column(raw, path, name):
    return [value for file in sorted(raw.glob(path)) for value in pq.read_table(file)[name].to_pylist()]


def test_england_lies_in_raw_as_intake_would_have_left_it(england):
    raw, written = england[0]
    held = intake.current(raw)
    assert len(held) == 12 and {each.la_code for each in held} == {"201", "202"}
    for each in held:
        for table in each.tables:
            names = pq.read_schema(each.folder(raw) / f"{table}.parquet").names
            assert names[4:] == arrow.as_read(each.return_id, table).names
    assert sum(each.tables["episodes"].rows for each in held if each.return_id == "ssda903") > 100
    assert written["cin_cin_details"] == sum(
        each.tables["cin_details"].rows for each in held if each.return_id == "cin"
    )


def test_a_census_knows_nothing_of_the_days_after_it(england):
    raw, _ = england[0]
    closed = column(raw, "cin/2024-03-31/*/*/cin_details.parquet", "CINclosureDate")
    assert None in closed
    assert max(filter(None, closed)) <= date(2024, 3, 31).isoformat()


def test_a_case_open_at_the_end_of_a_year_stands_in_the_next_census(england):
    raw, _ = england[0]

    def cases(year, is_open):
        files = f"cin/{year}-03-31/*/*/cin_details.parquet"
        keys = zip(*(column(raw, files, name) for name in ("LAchildID", "CINreferralDate")), strict=True)
        closed = column(raw, files, "CINclosureDate")
        return {key for key, day in zip(keys, closed, strict=True) if not (is_open and day)}

    assert cases(2024, is_open=True)
    assert cases(2024, is_open=True) <= cases(2025, is_open=False)


def test_every_event_stands_under_a_row_of_its_own_child(england):
    raw, _ = england[0]
    for file in raw.glob("cin/*/*/*/assessment.parquet"):
        events, above = pq.read_table(file), pq.read_table(file.with_name("cin_details.parquet"))
        children = dict(zip(*(above[name].to_pylist() for name in ("row_number", "LAchildID")), strict=True))
        assert [children[row] for row in events["parent_row"].to_pylist()] == events["LAchildID"].to_pylist()


def test_the_same_england_comes_out_each_time(england):
    first, second = (intake.current(raw) for raw, _ in england)
    assert first == second
