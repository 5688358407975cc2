"""What ``core_comparison`` says of real figures, and that its columns are what its yml says."""

import json

import pytest

from dagster_project.statistics.sentence import FORBIDDEN
from dagster_project.statistics.telling import SCHEMA

TYPES = {"string": "VARCHAR", "int": "INTEGER", "double": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}


def test_the_table_has_the_columns_and_types_that_its_yml_declares(core_dataset, demo):
    manifest = json.loads((demo / "target" / "manifest.json").read_text())
    declared = manifest["nodes"]["model.national_core_dataset.core_comparison"]["columns"]
    held = core_dataset.execute(
        "select column_name, data_type from duckdb_columns()"
        " where schema_name = 'outcomes' and table_name = 'core_comparison' order by column_index"
    ).fetchall()
    assert held == [(name, TYPES[column["data_type"]]) for name, column in declared.items()]
    assert [name for name, _ in held] == SCHEMA.names()


@pytest.mark.parametrize(
    ("measure_id", "from_period", "period", "tau", "n_at_95", "n_signal"),
    [("M06", 2014, 2016, 0.27, 12, 0), ("M06", 2018, 2019, 0.16, 12, 2), ("M13", 2024, 2025, 0.14, 12, 0)],
)
def test_families_of_real_figures_are_about_as_wide_as_when_the_method_was_designed(
    measure_id, from_period, period, tau, n_at_95, n_signal, core_dataset
):
    # the design left out the City of London and the Isles of Scilly, and divided by another year's children
    (family,) = core_dataset.execute(
        "select distinct tau, count(*) filter (p < 0.05) over (),"
        " count(*) filter (verdict = 'signal') over ()"
        " from outcomes.core_comparison where lane = 'published' and geographic_level = 'Local authority'"
        " and measure_id = ? and from_period = ? and period = ? and tau is not null",
        [measure_id, from_period, period],
    ).fetchall()
    assert family[0] == pytest.approx(tau, abs=0.02)
    assert abs(family[1] - n_at_95) <= 2
    assert abs(family[2] - n_signal) <= 1


def test_every_figure_that_has_an_earlier_one_says_what_it_can_bear_in_both_lanes(core_dataset):
    verdicts = core_dataset.execute(
        "select lane, list(distinct verdict order by verdict) from outcomes.core_comparison"
        " group by lane order by lane"
    ).fetchall()
    assert verdicts == [
        ("published", ["cannot_tell", "no_signal", "signal", "watch"]),
        ("returned", ["cannot_tell", "no_signal"]),
    ]
    without = core_dataset.execute(
        "select count(*) from (select measure_id, lane, area_code, period, row_number() over ("
        "partition by measure_id, lane, area_code order by period) as place from outcomes.core_outcome"
        " where value is not null) as figure anti join outcomes.core_comparison"
        " using (measure_id, lane, area_code, period) where place > 1"
    ).fetchone()
    assert without == (0,)


def test_no_sentence_claims_a_cause_and_all_name_both_years(core_dataset):
    sentences = core_dataset.execute(
        "select sentence from outcomes.core_comparison using sample 5000 rows (reservoir, 2016)"
    ).fetchall()
    assert len(sentences) == 5000
    for (sentence,) in sentences:
        assert not any(word in sentence.lower() for word in FORBIDDEN), sentence
        assert "nan" not in sentence.lower().split()


def test_a_figure_that_must_not_be_compared_is_not(core_dataset):
    compared = core_dataset.execute(
        "select count(*) from outcomes.core_comparison as comparison"
        " inner join outcomes.core_outcome as figure using (measure_id, lane, area_code, period)"
        " where figure.comparability in ('break', 'history_lost', 'area_changed', 'partial_set')"
        " and verdict <> 'cannot_tell'"
    ).fetchone()
    assert compared == (0,)


def test_what_is_worth_a_question_is_of_the_newest_period(core_dataset):
    sql = """
        select count(*), count(*) filter (asked.period < newest.period)
        from example.worth_a_question as asked
        inner join (
            select measure_id, lane, max(period) as period from outcomes.core_comparison group by all
        ) as newest using (measure_id, lane)
    """
    n_asked, n_older = core_dataset.execute(sql).fetchone()
    assert n_asked > 0
    assert n_older == 0
