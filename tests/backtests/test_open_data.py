"""A newer release dropped into the folder supersedes what is shipped, figure by figure, and says so.

The figures in these files are made up; the workspace is thrown away.
"""

import csv
import threading
from collections.abc import Iterator

import duckdb
import pytest

from tests.conftest import ROOT, ncd

_PLACE = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name"
_C1 = (
    "category,referral_count,rereferral_count,rereferral_percent,no_further_action_count,"
    "no_further_action_percent,not_in_need_count,not_in_need_percent,referral_child_count,"
    "rereferral_child_count,rereferral_child_percent"
)
_SUNDERLAND = "Local authority,E92000001,England,E12000001,North East,394,E08000024,Sunderland"
_ENGLAND = "National,E92000001,England,,,,,"
_CAMDEN = "Local authority,E92000001,England,E12000007,London,202,E09000007,Camden"
_ATLANTIS = "Local authority,E92000001,England,E12000009,South West,777,E06000777,Atlantis"

#: Published on 29 October 2026, after everything shipped: holds 2024 to 2026 and fills 2013 with x.
_REFERRALS = f"""\
{_PLACE},old_la_code,new_la_code,la_name,{_C1}
2026,Reporting year,{_ENGLAND},Referrals,640000,145000,22.7,1,0.1,1,0.1,1,1,1
2026,Reporting year,{_SUNDERLAND},Referrals,3300,600,18.2,1,0.1,1,0.1,1,1,1
2025,Reporting year,{_SUNDERLAND},Referrals,3201,590,18.4,0,0,1023,32,1,1,1
2024,Reporting year,{_SUNDERLAND},Referrals,3299,c,c,7,0.2,,35.1,1,1,1
2013,Reporting year,{_SUNDERLAND},Referrals,x,x,x,x,x,x,x,x,x,x
2013,Reporting year,{_ENGLAND},Referrals,x,x,x,x,x,x,x,x,x,x
2026,Reporting year,{_ATLANTIS},Referrals,9,1,11.1,1,0.1,1,0.1,1,1,1
"""
#: LAIT of 31 October 2026: binary noise, areas by LAIT's numbers and names, hyphens.
_LAIT = """\
Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region
CareApplications,,2025,England,9.1999999999999993,970.0,NA
CareApplications,,2025,Dorset (Pre LG),7.7000000000000002,835.0,South West
CareApplications,,2025,Camden,-,202.0,Inner London
ReReferral,,2025,Sunderland,18.399999999999999,394.0,North East
ReReferral,,2025,Camden,-,202.0,Inner London
Something_Else,,2025,Camden,1,202.0,Inner London
"""
_CAFCASS = """\
local_authority,financial_year,quarter,applications,children
London-Camden,2024-25,Q1,10,18
London-Camden,2024-25,Q2,11,19
London-Camden,2024-25,Q3,12,20
London-Camden,2024-25,Q4,13,21
Dorset,2013-14,Q1,20,30
Dorset,2013-14,Q2,20,30
Dorset,2013-14,Q3,20,30
Dorset,2013-14,Q4,21,30
Leeds,2024-25,Q1,30,40
Leeds,2024-25,Q2,30,40
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    home = tmp_path_factory.mktemp("open_data")
    files = {
        "referrals_2026-10-29.csv": _REFERRALS,
        "lait_2026-10-31.csv": _LAIT,
        "cafcass_2026-10-30.csv": _CAFCASS,
    }
    for name, text in files.items():
        (home / name).write_text(text, encoding="utf-8")
    taken = ncd("intake", *(str(home / name) for name in files), home=home)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    built = ncd("build", home=home)
    assert built.returncode == 0, built.stdout + built.stderr
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def in_force(warehouse: duckdb.DuckDBPyConnection, published_id: str, area_code: str, period: int) -> tuple:
    """Value, symbol, date and origin of the figure that the measures are made from."""
    (figure,) = warehouse.execute(
        "select value, status, as_of::varchar, origin from core.core_published_figure"
        " where published_id = ? and area_code = ? and period = ? and is_in_force",
        [published_id, area_code, period],
    ).fetchall()
    return figure


@pytest.mark.parametrize(
    ("figure", "found"),
    [
        (("referrals_n", "394", 2026), (3300, None, "2026-10-29", "received")),
        (("referrals_n", "394", 2025), (3201, None, "2026-10-29", "received")),
        (("rereferrals_n", "394", 2024), (None, "c", "2026-10-29", "received")),
        (("care_applications_rate_10k", "ENG", 2025), (9.2, None, "2026-10-31", "received")),
        (("care_applications_rate_10k", "835", 2025), (7.7, None, "2026-10-31", "received")),
    ],
)
def test_a_newer_release_supersedes_a_number_and_a_new_suppression_does_too(figure, found, warehouse):
    assert in_force(warehouse, *figure) == found


@pytest.mark.parametrize(
    "figure",
    [
        ("referrals_n", "394", 2013),  # the newer file does not hold the year
        ("referrals_not_in_need_n", "394", 2024),  # its cell is blank
        ("referrals_n", "202", 2025),  # it does not hold the area
        ("rereferral_pct", "202", 2025),  # LAIT's hyphen, where DfE's own file has a figure
    ],
)
def test_what_a_newer_file_does_not_hold_stays_as_it_was(figure, warehouse):
    value, status, as_of, origin = in_force(warehouse, *figure)
    assert (status, as_of, origin) == (None, "2025-12-31", "shipped")
    assert value > 0


def test_laits_hyphen_supersedes_where_no_one_else_prints_the_figure(warehouse):
    hidden = (None, "-", "2026-10-31", "received")
    assert in_force(warehouse, "care_applications_rate_10k", "202", 2025) == hidden


def test_four_quarters_make_a_year_and_a_name_means_the_area_of_its_year(warehouse):
    found = warehouse.execute(
        "select area_code, period, value from core.core_published_figure"
        " where published_id = 'care_applications_n' and origin = 'received' order by all"
    ).fetchall()
    assert found == [("202", 2025, 46.0), ("835", 2014, 81.0)]


def test_the_measure_is_worked_out_from_what_is_in_force(warehouse):
    found = warehouse.execute(
        "select value, status, numerator, as_of::varchar from outcomes.core_outcome where measure_id = 'M02'"
        " and area_code = '394' and period in (2024, 2025, 2026) and lane = 'published' order by period"
    ).fetchall()
    assert found == [
        (None, "c", None, "2026-10-29"),
        (18.4, None, 590.0, "2026-10-31"),
        (18.2, None, 600.0, "2026-10-29"),
    ]


def test_each_changed_figure_is_a_restatement(warehouse):
    found = warehouse.execute(
        "select published_id, period, old_value, old_status, new_value, new_status from quality.restatement"
        " where area_code = '394' and new_as_of >= date '2026-10-01' order by all"
    ).fetchall()
    assert found == [
        ("referrals_n", 2025, 3193.0, None, 3201.0, None),
        ("rereferral_pct", 2024, 19.4, None, None, "c"),
        ("rereferral_pct", 2025, 18.5, None, 18.4, None),
        ("rereferrals_n", 2024, 640.0, None, None, "c"),
    ]


def test_history_is_there_from_the_start(warehouse):
    found = warehouse.execute(
        "select old_value, new_value, old_source_id, new_source_id from quality.restatement"
        " where area_code = 'ENG' and published_id = 'referral_rate_10k' and period = 2023 order by old_as_of"
    ).fetchall()
    assert found == [
        (544.5, 538.8, "ees_c1_2023", "ees_c1_2024"),
        (538.8, 538.1, "ees_c1_2024", "lait_2026_04"),
    ]


def test_an_area_that_is_none_is_listed_by_its_place(warehouse):
    found = warehouse.execute(
        "select return_id, table_name, printed_area_code, source_line, n_figures from quality.unplaced_area"
    ).fetchall()
    assert found == [("open_data", "c1_children_in_need_referrals_and_rereferrals", "777", 8, 7)]


def test_every_view_can_be_read_whole(warehouse):
    """DuckDB 1.5.5 never finishes some views over unions, depending on the order of the union."""
    views = warehouse.execute(
        "select table_schema, table_name from information_schema.tables where table_type = 'VIEW'"
        " and table_schema <> 'raw'"
    ).fetchall()
    assert len(views) > 20
    for schema, view in views:
        alarm = threading.Timer(60, warehouse.interrupt)
        alarm.start()
        warehouse.execute(f'select * from {schema}."{view}"').fetchall()
        alarm.cancel()


def test_staging_takes_up_every_column_that_is_declared():
    models = ROOT / "models" / "staging"
    text = "".join(file.read_text(encoding="utf-8") for file in models.rglob("*.sql"))
    with (ROOT / "seeds" / "measures" / "published_column.csv").open(encoding="utf-8") as file:
        declared = list(csv.DictReader(file))
    assert len(declared) > 60
    missing = [
        row for row in declared for name in (row["table_name"], row["value_field"]) if f"'{name}'" not in text
    ]
    assert missing == []
