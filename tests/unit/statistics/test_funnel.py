"""Funnels: naive lines, lines with over-dispersion, and ranks with their intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from dagster_project.statistics import funnel

families = st.integers(0, 10_000).map(np.random.default_rng)


def shares(rng, k=120, tau=0.3):
    out_of = rng.integers(200, 4000, k)
    return rng.binomial(out_of, 1 / (1 + np.exp(1.2 - rng.normal(0, tau, k)))), out_of


def test_naive_lines_of_a_share_stay_within_nought_and_one():
    lines = funnel.naive_share_lines(0.02, [5, 50, 5000])
    assert (lines.lower >= 0).all() and lines.lower[0] == 0
    assert (lines.lower[2], lines.upper[2]) == pytest.approx((0.0161, 0.0239), abs=5e-5)


@given(st.integers(1, 300))
def test_so_many_observed_are_just_on_the_naive_line_of_a_ratio(observed):
    below, above = funnel.naive_ratio_lines(observed)
    assert poisson.cdf(observed, below.size) == pytest.approx(0.025, rel=1e-6)
    assert poisson.sf(observed - 1, above.size) == pytest.approx(0.025, rel=1e-6)
    assert below.height < 1 < above.height


def test_none_observed_lies_on_no_upper_line():
    below, above = funnel.naive_ratio_lines(0)
    assert below.height == 0 and np.isnan(above.size)


def test_where_authorities_differ_naive_lines_leave_most_outside_and_adjusted_ones_few():
    events, out_of = shares(np.random.default_rng(8))
    told = funnel.of_shares(events, out_of)
    naive = funnel.naive_share_lines(told.target, out_of)
    share = events / out_of
    assert np.mean((share < naive.lower) | (share > naive.upper)) > 0.5
    adjusted = told.lines(out_of)
    assert np.mean((share < adjusted.lower) | (share > adjusted.upper)) < 0.12
    assert (told.transform, told.k) == ("logit", 120)
    assert np.sqrt(told.tau2) == pytest.approx(0.3, abs=0.06)


def test_where_nobody_differs_the_two_pairs_of_lines_all_but_meet():
    rng = np.random.default_rng(9)
    out_of = rng.integers(400, 4000, 150)
    told = funnel.of_shares(rng.binomial(out_of, 0.25), out_of)
    naive, adjusted = funnel.naive_share_lines(told.target, 2000), told.lines(2000)
    assert adjusted.upper - adjusted.lower == pytest.approx(naive.upper - naive.lower, rel=0.25)


@given(families)
def test_a_share_and_its_complement_have_mirrored_funnels(rng):
    events, out_of = shares(rng, k=40)
    one, other = funnel.of_shares(events, out_of), funnel.of_shares(out_of - events, out_of)
    assert other.z == pytest.approx(-one.z, abs=1e-6)
    assert other.target == pytest.approx(1 - one.target)


def test_few_observed_take_the_square_root_and_its_lines_never_fall_below_nought():
    rng = np.random.default_rng(2)
    expected = rng.uniform(4, 60, 80)
    few = funnel.of_ratios(rng.poisson(expected), expected)
    assert few.transform == "sqrt"
    assert (few.lines([0.01, 1, 50], 0.998).lower >= 0).all()
    assert funnel.of_ratios(rng.poisson(expected) + 10, expected + 10).transform == "log"


def test_a_rank_has_an_interval_the_same_each_time_and_none_where_nobody_differs():
    rng = np.random.default_rng(4)
    y, v = rng.normal(0, 0.3, 50), rng.uniform(0.001, 0.05, 50)
    y[7] = np.nan
    ranks = funnel.rank_interval(y, v, 0.0, 0.09)
    assert np.array_equal(ranks.lower, funnel.rank_interval(y, v, 0.0, 0.09).lower, equal_nan=True)
    known = ~np.isnan(y)
    places = y[known].argsort().argsort() + 1
    assert np.isnan(ranks.lower[7])
    assert (ranks.lower[known] >= 1).all() and (ranks.upper[known] <= 49).all()
    assert np.mean((ranks.lower[known] <= places) & (places <= ranks.upper[known])) > 0.9
    assert np.isnan(funnel.rank_interval(y, v, 0.0, 0.0).lower).all()


def test_rank_intervals_hold_the_true_rank_as_often_as_they_say_and_not_more():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(20):
        true = rng.normal(0, 0.1, 150)
        y = rng.normal(true, np.sqrt(0.02))
        ranks = funnel.rank_interval(y, np.full(150, 0.02), 0.0, 0.01, draws=500)
        places = true.argsort().argsort() + 1
        held.append((ranks.lower <= places) & (places <= ranks.upper))
    assert 0.93 < np.mean(held) < 0.97


def test_ranks_known_without_error_are_the_ranks():
    y = np.array([0.5, -1.0, 2.0, 0.0])
    ranks = funnel.rank_interval(y, np.full(4, 1e-12), 0.0, 1.0)
    assert ranks.lower.tolist() == ranks.upper.tolist() == [3, 1, 4, 2]
