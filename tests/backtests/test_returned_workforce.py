"""Workforce measures worked out from returns equal what the made-up censuses were made to say, faults too."""

import csv
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from dagster_project import synthetic
from tests.conftest import ncd

YEARS = (2023, 2024, 2025)
#: Measure, its numerator, and its denominator; FTE have six places.
MEASURED = {
    "M03": (lambda true: true.fte_leavers, lambda true: true.fte_in_post),
    "M21": (lambda true: true.fte_vacancies, lambda true: true.fte_vacancies + true.fte_in_post),
    "M22": (lambda true: true.fte_agency, lambda true: true.fte_agency + true.fte_in_post),
    "M23": (lambda true: true.cases, lambda true: true.caseholder_fte),
    "M24": (lambda true: true.days_lost, lambda true: true.fte_in_post * (254 if true.year == 2024 else 253)),
}
SCALE = dict.fromkeys(MEASURED, 100) | {"M04": 100, "M23": 1}
#: Where a planted fault shows in the worker's row; those that are not here change nothing that is kept.
SHOWN = {
    "unknown_code": ("role_code", None),
    "missing_number": ("worker_id", None),
    "unreadable_date": ("date_note", "start_unreadable"),
    "words_for_a_number": ("cases_note", "unreadable"),
    "fte_over_one": ("fte_note", "out_of_range"),
    "end_before_start": ("date_note", "end_before_start"),
}
#: The census that is spoilt by hand: no year before or after the others, so that it stands by itself.
SPOILT = ("991", 2021)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> synthetic.Written:
    return synthetic.write_csww(tmp_path_factory.mktemp("censuses"), years=YEARS)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The forms of two years before the break, one line each."""
    folder = tmp_path_factory.mktemp("forms")
    synthetic.write_aggregates(folder, years=(2015, 2016))
    return sorted(folder.rglob("csww_aggregate_*.csv"))


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two censuses without faults, then in the second: no vacancies, and FTE left out of a worker in post."""
    folder = tmp_path_factory.mktemp("spoilt")
    before, after = synthetic.write_csww(folder, years=(2020, 2021), authorities=["991"], faults=False).files
    lines = after.read_text().splitlines()
    workers = [place for place, line in enumerate(lines) if "<CSWWWorker>" in line]
    spans = [lines[first:last] for first, last in zip(workers, [*workers[1:], len(lines)], strict=True)]
    first, span = next(
        (place, span)
        for place, span in zip(workers, spans, strict=True)
        if any(">0</AgencyWorker>" in line for line in span)
        and not any("<RoleEndDate>" in line for line in span)
    )
    gone = ("<FTE>", "<FTE30>")
    lines[first : first + len(span)] = [line for line in span if not line.lstrip().startswith(gone)]
    after.write_text("\n".join(line for line in lines if "<NumberOfVacancies>" not in line))
    return [before, after]


@pytest.fixture(scope="module")
def warehouse(written, forms, spoilt, tmp_path_factory: pytest.TempPathFactory):
    """What the real commands build from the files."""
    home = tmp_path_factory.mktemp("workspace")
    for command in (["intake", *map(str, [*written.files, *forms, *spoilt])], ["build"]):
        ran = ncd(*command, home=home)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def returned(warehouse: duckdb.DuckDBPyConnection) -> dict:
    cursor = warehouse.execute("select * from outcomes.core_outcome where lane = 'returned'")
    names = [column[0] for column in cursor.description]
    rows = [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return {(row.measure_id, row.area_code, row.period): row for row in rows}


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("measure", MEASURED)
def test_a_measure_equals_the_truth_in_every_authority_and_year(measure, written, returned):
    numerator, denominator = MEASURED[measure]
    assert len(written.truth) == 18
    for (authority, year), true in written.truth.items():
        row = returned[measure, authority, year]
        assert row.numerator == near(numerator(true)), (authority, year)
        assert row.denominator == near(denominator(true)), (authority, year)
        assert row.value == near(SCALE[measure] * numerator(true) / denominator(true)), (authority, year)
        assert (row.status, row.comparability) == (None, "ok")


def test_stability_links_two_years_and_the_first_has_none(written, returned):
    numberless = {(each.authority, each.year) for each in written.faults if each.name == "missing_number"}
    assert numberless
    for (authority, year), true in written.truth.items():
        row = returned["M04", authority, year]
        if year == YEARS[0]:
            assert (row.numerator, row.denominator, row.value) == (None, None, None)
            assert (row.status, row.comparability) == ("x", "first_year_no_history")
        else:
            before = written.truth[authority, year - 1].fte_in_post
            assert row.numerator == near(true.fte_still_in_post_from_last_year), (authority, year)
            assert row.denominator == near(before), (authority, year)
            assert row.value == near(100 * true.fte_still_in_post_from_last_year / before)
            unlinked = (authority, year) in numberless or (authority, year - 1) in numberless
            assert (row.status, row.comparability) == (None, "history_lost" if unlinked else "ok")


def test_stability_and_turnover_differ_where_the_made_up_workers_come_and_go(returned):
    together = [
        returned["M03", authority, year].value + returned["M04", authority, year].value
        for authority in ("993", "994", "995", "996")
        for year in YEARS[1:]
    ]
    assert any(abs(each - 100) > 1 for each in together)


def test_core_holds_the_headcounts_and_starters_of_the_truth(written, warehouse):
    counted = warehouse.execute(
        "select la_code, collection_year,"
        " count(distinct case when is_in_post and not is_agency then worker_id end)"
        " + count(case when is_in_post and not is_agency and worker_id is null then 1 end),"
        " count(case when is_in_post and is_agency then 1 end),"
        " coalesce(sum(case when is_starter then fte end), 0)"
        " from core.core_worker_post group by all"
    ).fetchall()
    found = {row[:2]: row[2:] for row in counted}
    for place, true in written.truth.items():
        assert found[place][:2] == (true.headcount_in_post, true.headcount_agency), place
        assert found[place][2] == near(true.fte_starters), place


def test_every_worker_sent_is_in_core_and_nothing_personal_but_what_is_needed(warehouse):
    assert warehouse.execute(
        "select (select count(*) from raw.csww_worker) - (select count(*) from core.core_worker_post)"
    ).fetchall() == [(0,)]
    columns = {row[0] for row in warehouse.execute("describe core.core_worker_post").fetchall()}
    assert "birth_year" in columns
    assert not {name for name in columns if "birth" in name or "gender" in name or "ethnic" in name} - {
        "birth_year"
    }


def test_every_planted_fault_shows_where_it_was_planted(written, warehouse):
    planted = [fault for fault in written.faults if fault.name in SHOWN]
    assert {fault.name for fault in planted} == set(SHOWN)
    for fault in planted:
        column, shown = SHOWN[fault.name]
        assert warehouse.execute(
            f"select {column} from core.core_worker_post"
            " where la_code = ? and collection_year = ? and source_line = ?",
            [fault.authority, fault.year, fault.row_line],
        ).fetchall() == [(shown,)], fault.name


def test_a_row_sent_twice_is_left_out_once_and_nothing_else_is(written, warehouse):
    twice = sorted((each.authority, each.year) for each in written.faults if each.name.endswith("_twice"))
    assert twice
    left_out = warehouse.execute(
        "select la_code, collection_year, left_out_reason from core.core_worker_post"
        " where left_out_reason is not null order by all"
    ).fetchall()
    assert left_out == [(*place, "repeated") for place in twice]


def test_a_part_that_was_not_sent_makes_the_figure_unknown_never_smaller(returned):
    rows = {measure: returned[measure, *SPOILT] for measure in SCALE}
    for measure in ("M03", "M21", "M22", "M24"):
        assert (rows[measure].value, rows[measure].status) == (None, "x")
        assert rows[measure].comparability == "parts_missing"
    assert rows["M03"].numerator is not None
    assert rows["M03"].denominator is None
    # the caseload is a mean without that worker, and last year's hours are all there
    assert rows["M23"].value is not None
    assert rows["M04"].value is not None


def test_the_form_before_the_break_gives_all_but_caseload_and_stability(forms, returned):
    assert len(forms) == 12
    for file in forms:
        authority, year = file.stem.split("_")[2], int(file.stem[-7:-3]) + 1
        (line,) = csv.DictReader(file.open(encoding="utf-8-sig"))
        said = {name: float(text) for name, text in line.items() if text}
        stock, days = said["SocialWorkersFTE30Sept"], 254 if year == 2016 else 253
        true = {
            "M03": (said["LeaversFTEYear"], stock),
            "M21": (said["VacanciesFTE30Sept"], said["VacanciesFTE30Sept"] + stock),
            "M22": (said["AgencyWorkersFTE30Sept"], said["AgencyWorkersFTE30Sept"] + stock),
            "M24": (said["WorkingDaysLostSickness"], stock * days),
        }
        for measure, (numerator, denominator) in true.items():
            row = returned[measure, authority, year]
            assert (row.numerator, row.denominator) == (near(numerator), near(denominator)), file.name
            assert (row.status, row.comparability) == (None, "break")
        assert not {"M04", "M23"} & {key[0] for key in returned if key[1:] == (authority, year)}


def test_no_sum_of_some_authorities_stands_for_a_region_or_england(returned):
    totals = [row for row in returned.values() if row.geographic_level in ("National", "Regional")]
    assert {row.area_code for row in totals} == {"FIC"}
    some = [row for row in totals if row.n_with_data < row.n_authorities]
    assert "partial_set" in {row.comparability for row in some}
    assert {row.value for row in some} == {None}
    assert all(row.value is not None for row in totals if row not in some and row.measure_id != "M01")
