"""Figures worked out from returns equal what the made-up returns were made to say, faults and all."""

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project import synthetic

#: Measure, what it counts, and out of what (None where the population is the denominator).
COUNTED = [
    ("M02", "rereferrals", "referrals"),
    ("M06", "referrals", None),
    ("M07", "children_in_need", None),
    ("M08", "section_47_enquiries", None),
    ("M09", "protection_plans_started", None),
    ("M10", "second_protection_plans", "protection_plans_started"),
    ("M11", "protection_plans_over_two_years", "protection_plans_open"),
]


@pytest.fixture(scope="session")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the demonstration's returns hold: the same seed writes the same files."""
    return synthetic.write_cin(tmp_path_factory.mktemp("again"), children=4000).truth


@pytest.fixture(scope="session")
def returned(core_dataset: duckdb.DuckDBPyConnection) -> dict:
    rows = core_dataset.execute(
        "select measure_id, area_code, period, numerator, denominator, status, comparability"
        " from outcomes.core_outcome where lane = 'returned'"
    ).fetchall()
    return {row[:3]: row[3:] for row in rows}


def test_the_demonstration_holds_the_same_files_as_were_written_again(demo: Path, tmp_path: Path):
    again = synthetic.write_cin(tmp_path, children=4000, authorities=["991"]).files
    held = demo / "incoming" / "demonstration" / "cin"
    assert [file.read_bytes() == (held / file.name).read_bytes() for file in again] == [True, True]


@pytest.mark.parametrize(("measure", "counted", "out_of"), COUNTED, ids=[row[0] for row in COUNTED])
def test_a_measure_equals_the_truth_in_every_authority_and_year(measure, counted, out_of, truth, returned):
    assert len(truth) == 12
    for (authority, year), true in truth.items():
        numerator, denominator, _, _ = returned[measure, authority, year]
        assert numerator == getattr(true, counted), (authority, year)
        if out_of:
            assert denominator == getattr(true, out_of), (authority, year)


def test_the_first_year_has_no_rereferrals_never_low_ones(truth, returned):
    for authority, year in truth:
        numerator, _, status, comparability = returned["M02", authority, year]
        if year == 2024:
            assert (numerator, status, comparability) == (None, "x", "first_year_no_history")
        else:
            assert (status, comparability) == (None, "ok")


def test_every_planted_fault_is_a_violation_in_the_release(core_dataset, tmp_path):
    written = {
        "cin": synthetic.write_cin(tmp_path, children=4000),
        "ssda903": synthetic.write_ssda903(tmp_path, children=4000),
        "csww": synthetic.write_csww(tmp_path, workers=240),
        "annex_a": synthetic.write_annex_a(tmp_path, date(2025, 3, 31), children=4000),
    }
    planted = Counter(
        (return_id, fault.authority, fault.year, fault.check)
        for return_id, each in written.items()
        for fault in each.faults
        if fault.check
    )
    found = core_dataset.execute(
        "select return_id, la_code, collection_year, check_name from quality.violation"
    ).fetchall()
    assert {return_id for return_id, *_ in planted} == set(written)
    assert Counter(found) == planted


def test_nobody_real_stands_in_the_returned_lane(core_dataset):
    assert core_dataset.execute(
        "select distinct is_fictional from outcomes.core_outcome where lane = 'returned'"
    ).fetchall() == [(True,)]
