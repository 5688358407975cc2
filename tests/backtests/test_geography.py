"""Groups of authorities and neighbours in the release, worked out here once more from its other tables."""

import statistics

import pytest


def figure(core_dataset, measure: str, area: str, period: int) -> tuple:
    (found,) = core_dataset.execute(
        "select numerator, denominator, value, status, comparability from outcomes.core_outcome"
        " where measure_id = ? and area_code = ? and period = ? and lane = 'published'",
        [measure, area, period],
    ).fetchall()
    return found


@pytest.mark.parametrize(
    ("group", "before", "after", "last_before"),
    [
        ("group:838+839", ["835", "836", "837"], ["838", "839"], 2019),
        ("group:940+941", ["928"], ["940", "941"], 2021),
        ("group:942+943", ["909"], ["942", "943"], 2023),
    ],
)
def test_a_group_holds_the_plans_of_its_authorities_on_both_sides_of_the_event(
    group, before, after, last_before, core_dataset
):
    for period in range(2013, 2026):
        parts = before if period <= last_before else after
        added = [figure(core_dataset, "cpp_started_n", area, period)[0] for area in parts]
        if None not in added:
            assert figure(core_dataset, "cpp_started_n", group, period)[0] == sum(added)
        else:
            assert figure(core_dataset, "cpp_started_n", group, period)[2] is None


def test_a_groups_rate_is_worked_out_anew_and_not_the_mean_of_two(core_dataset):
    parts = [figure(core_dataset, "M02", area, 2025) for area in ("942", "943")]
    whole = figure(core_dataset, "M02", "group:942+943", 2025)
    assert whole[2] == pytest.approx(100 * sum(part[0] for part in parts) / sum(part[1] for part in parts))
    assert whole[2] != pytest.approx(statistics.mean(part[2] for part in parts), abs=0.01)
    assert whole[3:] == (None, "ok")


def test_cumberlands_lost_history_is_its_groups_too(core_dataset):
    assert figure(core_dataset, "M02", "group:942+943", 2024)[4] == "history_lost"


def test_workforce_returned_jointly_is_the_groups(core_dataset):
    assert (
        figure(core_dataset, "M03", "group:940+941", 2024)[:2]
        == figure(core_dataset, "M03", "940 / 941", 2024)[:2]
    )


def test_northamptonshire_has_an_index_across_its_split_and_its_successors_have_not(core_dataset):
    found = core_dataset.execute(
        "select area_code, count(index_value), min(comparability), max(comparability)"
        " from outcomes.core_index where measure_id = 'M06' and base_period = 2014"
        " and index_basis = 'rate_from_counts' and period >= 2022"
        " and lane = 'published' and area_code in ('940', '941', 'group:940+941') group by 1 order by 1"
    ).fetchall()
    assert found == [
        ("940", 0, "base_missing", "base_missing"),
        ("941", 0, "base_missing", "base_missing"),
        ("group:940+941", 4, "ok", "ok"),
    ]


def test_an_area_is_found_under_each_of_its_codes_in_its_time(core_dataset):
    found = core_dataset.execute(
        "select area_code_ons, valid_from::varchar, valid_to::varchar from core.core_area"
        " where area_code = '933' order by valid_from nulls first"
    ).fetchall()
    assert found == [("E10000027", None, "2023-03-31"), ("E06000066", "2023-04-01", None)]


def test_what_neighbours_have_is_what_their_own_figures_make(core_dataset):
    codes = [
        code
        for (code,) in core_dataset.execute(
            "select neighbour_code from meta.statistical_neighbour"
            " where model_year = 2025 and area_code = '394'"
        ).fetchall()
    ]
    figures = [figure(core_dataset, "M02", code, 2025) for code in codes]
    (found,) = core_dataset.execute(
        "select n_neighbours, n_with_data, neighbour_rule, pooled_value, mean_value, median_value"
        " from outcomes.core_neighbour where measure_id = 'M02' and area_code = '394' and period = 2025"
        " and model_year = 2025 and lane = 'published'"
    ).fetchall()
    assert found[:3] == (10, 10, "all")
    pooled = 100 * sum(each[0] for each in figures) / sum(each[1] for each in figures)
    values = [each[2] for each in figures]
    assert found[3:] == pytest.approx((pooled, statistics.mean(values), statistics.median(values)))


def test_no_neighbour_is_dropped_in_silence(core_dataset):
    silent = core_dataset.execute(
        "select count(*) from outcomes.core_neighbour where n_neighbours <> 10"
        " or n_neighbours - n_with_data <> coalesce(len(string_split(missing_neighbours, ';')), 0)"
        " or (n_with_data < 5) <> (neighbour_rule = 'too_few')"
    ).fetchone()
    assert silent == (0,)
