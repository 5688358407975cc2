"""Care applications worked out from legal trackers, by the commands an authority types.

The trackers are made up. One is taken in under a real authority's code, to be reconciled with what was
published of it: the workspace is thrown away.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project import synthetic
from tests.conftest import ncd

YEARS = (2023, 2024, 2025)
HEADINGS = ["Case Ref", "Person ID", "Date Issued", "Application Type"]
CARE = "Care Proceedings (s31)"


def year_of(day: str) -> int:
    issued = datetime.strptime(day, "%d/%m/%Y")
    return issued.year + (issued.month >= 4)


@pytest.fixture(scope="module")
def trackers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("trackers")
    folder = home / "others"
    ran = ncd(
        "synth", str(home), "--kind", "extracts", "--years", "2023-2025", "--children", "3000",
        "--la", "991", "--la", "994", home=home / "home",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # nothing of 2023-24 has a case number in 992's, and one row of 2024-25 in ten no readable type
    rows = [["", f"P{n}", f"{10 + n % 20}/06/2023", CARE] for n in range(40)]
    rows += [[f"LT/{n}", f"P{n}", f"{10 + n % 20}/06/2024", "Wardship" if n < 4 else CARE] for n in range(40)]
    with (folder / "legal_tracker_992.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return folder


@pytest.fixture(scope="module")
def warehouse(
    trackers: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    home = tmp_path_factory.mktemp("care_applications")
    (home / "ncd.toml").write_bytes(synthetic.DECLARATION.read_bytes())
    real = tmp_path_factory.mktemp("real") / "legal_tracker.csv"
    real.write_bytes((trackers / "legal_tracker_994.csv").read_bytes())
    for arguments in ([str(trackers)], [str(real), "--la", "394"]):
        taken = ncd("intake", *arguments, home=home)
        assert taken.returncode == 0, taken.stdout + taken.stderr
    built = ncd("build", home=home)
    assert built.returncode == 0, built.stdout + built.stderr
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def truth(trackers: Path) -> dict[tuple[str, int], tuple[set[str], int]]:
    """Case numbers of care applications, and the rows they stand on, by authority and year issued."""
    numbers: dict[tuple[str, int], set[str]] = defaultdict(set)
    rows: dict[tuple[str, int], int] = defaultdict(int)
    for authority in ("991", "994"):
        with (trackers / f"legal_tracker_{authority}.csv").open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                if row["Application Type"] == CARE:
                    place = authority, year_of(row["Date Issued"])
                    numbers[place].add(row["Case Ref"])
                    rows[place] += 1
    return {place: (numbers[place], rows[place]) for place in numbers}


def returned(warehouse: duckdb.DuckDBPyConnection, area_code: str) -> dict[int, tuple]:
    rows = warehouse.execute(
        "select period, numerator, status, comparability from outcomes.core_outcome"
        " where measure_id = 'M05' and lane = 'returned' and area_code = ?",
        [area_code],
    ).fetchall()
    return {period: rest for period, *rest in rows}


@pytest.mark.parametrize("authority", ["991", "994"])
def test_applications_are_counted_and_not_the_children_they_name(authority, warehouse, truth):
    found = returned(warehouse, authority)
    for year in YEARS[1:]:
        numbers, rows = truth[authority, year]
        assert found[year] == [len(numbers), None, "ok"]
        assert rows > len(numbers)


def test_a_first_year_begun_after_1_april_is_unknown_never_low_and_one_begun_then_counts(warehouse, truth):
    # 994's earliest application is of 6 April 2022, 991's of the first
    assert returned(warehouse, "994")[YEARS[0]] == [None, "x", "year_not_covered"]
    assert returned(warehouse, "991")[YEARS[0]] == [len(truth["991", YEARS[0]][0]), None, "ok"]


def test_the_rate_is_over_the_children_of_the_year_before(warehouse, truth):
    found = warehouse.execute(
        "select figure.value, 10000 * ? / children from outcomes.core_outcome as figure"
        " join meta.child_population as population"
        " on population.area_code = figure.area_code and mid_year = period - 1"
        " where measure_id = 'M05' and lane = 'returned' and figure.area_code = '994' and period = 2025",
        [len(truth["994", 2025][0])],
    ).fetchall()
    assert len(found) == 1 and found[0][0] == pytest.approx(found[0][1])


def test_without_2013_14_the_index_has_no_base_and_says_so(warehouse):
    found = warehouse.execute(
        "select distinct value, status, comparability from outcomes.core_outcome"
        " where measure_id = 'M01' and lane = 'returned' and area_code = '994'"
    ).fetchall()
    assert found == [(None, "x", "base_missing")]


def test_a_year_with_too_many_doubtful_rows_is_unknown_and_the_repairs_show(warehouse):
    assert returned(warehouse, "992")[2025] == [None, "x", "records_incomplete"]
    found = warehouse.execute(
        "select issued_year, count(*), count(*) filter (is_number_missing),"
        " count(*) filter (application_type_code is null), count(*) filter (is_counted)"
        " from core.core_care_application where la_code = '992' group by 1 order by 1"
    ).fetchall()
    assert sum(row[1] for row in found) == 80
    assert sum(row[2] for row in found) == 40
    assert sum(row[3] for row in found) == 4


def test_no_case_number_leaves_raw(warehouse, truth):
    number = next(iter(truth["994", 2025][0]))
    columns = warehouse.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'core' and table_name = 'core_care_application' and data_type = 'VARCHAR'"
    ).fetchall()
    assert columns
    for table, column in columns:
        held = warehouse.execute(f"select count(*) from core.{table} where {column} = ?", [number]).fetchone()
        assert held == (0,), column


def test_a_real_authoritys_figure_is_reconciled_with_the_published_one(warehouse, truth):
    found = warehouse.execute(
        "select period, returned_numerator, published_value, verdict, likely_reason"
        " from quality.reconciliation"
        " where measure_id = 'M05' and area_code = '394' order by period"
    ).fetchall()
    assert [row[:2] for row in found] == [
        (2023, None),
        *((year, len(truth["994", year][0])) for year in YEARS[1:]),
    ]
    assert found[0][3:] == ("cannot_compare", "year_not_covered")
    for _, _, published, verdict, reason in found[1:]:
        assert published > 0
        assert verdict in ("equal", "within_tolerance", "differs")
        assert (verdict == "equal") == (reason is None)


def test_a_made_up_authoritys_figure_has_nothing_to_be_reconciled_with(warehouse):
    found = warehouse.execute(
        "select distinct verdict, likely_reason from quality.reconciliation where is_fictional"
    ).fetchall()
    assert found == [("cannot_compare", "not_published")]


def test_of_one_real_authority_there_is_a_partial_sum_and_no_total_and_nothing_made_up_is_in_it(warehouse):
    """394's tracker alone is held of the real authorities: 1 of 12 in the North East, 1 of 153 in England."""
    totals = warehouse.execute(
        "select area_code, value, numerator, status, comparability, n_authorities, n_with_data"
        " from outcomes.core_outcome where measure_id = 'M05' and lane = 'returned' and period = 2025"
        " and geographic_level in ('National', 'Regional') and not is_fictional order by area_code"
    ).fetchall()
    assert totals == [
        ("E12000001", None, None, "x", "partial_set", 12, 1),
        ("ENG", None, None, "x", "partial_set", 153, 1),
    ]
    sums = warehouse.execute(
        "select partial_numerator, len(string_split(missing_authorities, ';')) from outcomes.core_total"
        " where measure_id = 'M05' and period = 2025 and not is_fictional order by area_code"
    ).fetchall()
    own = returned(warehouse, "394")[2025][0]
    assert sums == [(own, 11), (own, 152)]


def test_a_partial_sum_is_never_reconciled_with_the_printed_total(warehouse):
    found = warehouse.execute(
        "select distinct verdict, likely_reason from quality.reconciliation"
        " where measure_id = 'M05' and period = 2025 and area_code in ('ENG', 'E12000001')"
    ).fetchall()
    assert {verdict for verdict, _ in found} == {"cannot_compare"}
