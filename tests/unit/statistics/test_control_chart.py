"""XmR charts: limits by hand, the four rules one by one, and when nothing is flagged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.statistics.control_chart import (
    Limits,
    chart,
    flags_of,
    is_autocorrelated,
    is_seasonal,
    label,
    limits_of,
    year_on_year,
)

FIXED = Limits(np.array(0.0), np.array(1.0))
LEVEL = [10, 12, 9, 11, 12, 8, 10, 11, 9, 12, 10, 8, 11, 9, 10, 12, 9, 11, 8, 10, 12, 9, 11, 10]


def test_limits_by_hand_are_2_66_mean_moving_ranges_from_the_mean():
    # moving ranges 2, 3, 2, 1: their mean is 2
    limits = limits_of([10, 12, 9, 11, 12])
    assert limits.mean == pytest.approx(10.8)
    assert limits.natural.upper - limits.mean == pytest.approx(2.66 * 2, rel=1e-3)


def test_a_moving_range_beyond_3_267_means_is_set_aside_and_its_points_stay_in_the_mean():
    values = [10, 11, 10, 11, 10, 11, 10, 60, 61, 60, 61, 60, 61]
    ranges = [1] * 11
    assert limits_of(values).sigma == pytest.approx(np.mean(ranges) / 1.128)
    assert limits_of(values).mean == pytest.approx(np.mean(values))


def flagged(values, rule):
    return np.flatnonzero(flags_of(values, FIXED)[rule]).tolist()


def test_a_point_beyond_three_sigma_is_outside():
    assert flagged([0, 3.1, -3.1, 2.9], "outside") == [1, 2]


def test_seven_on_one_side_are_a_run_and_six_are_none():
    assert flagged([-1, 1, 1, 1, 1, 1, 1, 1, -1], "run") == [1, 2, 3, 4, 5, 6, 7]
    assert flagged([-1, 1, 1, 1, 1, 1, 1, -1], "run") == []
    assert flagged([1, 1, 1, 0, 1, 1, 1, 1], "run") == []  # on the mean is on neither side


def test_six_moves_one_way_are_a_trend_and_five_are_none():
    assert flagged([-3, -2, -1, 0, 1, 2, 2.5, 0], "trend") == [0, 1, 2, 3, 4, 5, 6]
    assert flagged([-2, -1, 0, 1, 2, 2.5, 0, 0], "trend") == []


def test_two_of_three_beyond_two_sigma_count_only_with_all_three_on_one_side():
    assert flagged([0, 2.1, 0.5, 2.2, 0], "two_of_three") == [1, 3]
    assert flagged([0, 2.1, -0.5, 2.2, 0], "two_of_three") == []


def test_a_point_under_several_rules_has_the_first_label():
    values = [3.5, 2.5, 2.6, 1, 1, 1, 1, -1]
    assert label(flags_of(values, FIXED)).tolist() == [
        "outside",
        "two_of_three",
        "two_of_three",
        *["run"] * 4,
        "",
    ]


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=40))
def test_a_series_upside_down_has_the_same_flags(values):
    here, there = flags_of(values, FIXED), flags_of(np.negative(values), FIXED)
    assert all((here[rule] == there[rule]).all() for rule in here)


@given(st.lists(st.integers(0, 50), min_size=12, max_size=40), st.integers(1, 90), st.integers(-50, 50))
def test_no_unit_and_no_zero_point_changes_a_label(values, unit, zero):
    values = np.array(values, dtype=float)
    scaled = limits_of(values * unit + zero)
    assert scaled.mean == pytest.approx(limits_of(values).mean * unit + zero)
    assert scaled.sigma == pytest.approx(limits_of(values).sigma * unit)


def test_the_baseline_stays_whatever_comes_after():
    late = [*LEVEL, 25, 26, 25]
    told = chart(late)
    assert told.mean == pytest.approx(np.mean(LEVEL))
    assert told.labels[-3:].tolist() == ["outside"] * 3


def test_a_recorded_event_and_nothing_else_starts_a_new_baseline():
    late = [*LEVEL, *(value + 20 for value in LEVEL)]
    assert (chart(late).labels[24:] == "outside").all()
    rebased = chart(late, recorded_events=[24])
    assert (rebased.labels == "").all()
    assert rebased.mean[24:] == pytest.approx(np.mean(LEVEL) + 20)


def test_fewer_than_twelve_points_are_drawn_without_flags():
    told = chart([10, 11, 10, 11, 10, 11, 10, 90, 10])
    assert told.withheld == "too_few_points" and (told.labels == "").all()
    assert np.isfinite(told.lower).all()


def test_neighbours_that_go_together_leave_only_points_outside():
    slow = np.repeat([8.0, 12.0, 9.0, 11.0], 6)
    assert is_autocorrelated(slow)
    told = chart([*slow, 40.0])
    assert told.withheld == "autocorrelated"
    assert set(told.labels) == {"", "outside"} and told.labels[-1] == "outside"


def test_a_stock_is_flagged_only_outside():
    high = [*LEVEL, *[11] * 8]
    assert "run" in chart(high).labels
    assert "run" not in chart(high, is_stock=True).labels


def test_seasons_are_tested_for_first_and_withhold_the_flags():
    months = np.tile(np.arange(1, 13), 3)
    rng = np.random.default_rng(1)
    seasonal = 50 + 20 * np.sin(2 * np.pi * months / 12) + rng.normal(0, 1, 36)
    assert is_seasonal(seasonal, months)
    told = chart([*seasonal[:-1], 300], months)
    assert told.withheld == "seasonal" and (told.labels == "").all()
    assert not is_seasonal(rng.normal(0, 1, 36), months)
    assert np.abs(year_on_year(seasonal)).max() < 6


def test_a_series_with_a_gap_is_refused():
    with pytest.raises(ValueError, match="without gaps"):
        chart([1.0, np.nan, 2.0])
