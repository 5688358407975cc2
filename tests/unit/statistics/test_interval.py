"""Intervals of counts, rates, shares, means and differences are those printed where they were published."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson, ttest_1samp

from dagster_project.statistics import intervals

SEED = Path(__file__).parents[3] / "seeds" / "measures" / "exact_poisson_limit.csv"
counts = st.integers(0, 5000)
levels = st.sampled_from([intervals.DESCRIBE, intervals.ALERT])


# Newcombe 1998, Statistics in Medicine 17, 857-872, table I: method 3, Wilson's score without correction
@pytest.mark.parametrize(
    ("events", "out_of", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_limits_are_those_of_newcombe_1998_on_one_share(events, out_of, lower, upper):
    assert intervals.wilson(events, out_of) == pytest.approx((lower, upper), abs=5e-5)


# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10; "later" is his first share
@pytest.mark.parametrize(
    ("later", "earlier", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_are_those_of_newcombe_1998_method_10(later, earlier, lower, upper):
    assert intervals.difference_of_shares(*earlier, *later) == pytest.approx((lower, upper), abs=5e-5)


def test_exact_limits_are_those_of_the_seed_which_the_release_uses():
    with SEED.open(encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    events = np.array([row["events"] for row in rows])
    for level, name in ((0.95, "95"), (0.998, "998")):
        exact = intervals.count(events, level)
        assert exact.lower == pytest.approx([row[f"lower_{name}"] for row in rows])
        assert exact.upper == pytest.approx([row[f"upper_{name}"] for row in rows])


@given(st.integers(1, 400), levels)
def test_at_the_exact_limits_the_count_is_just_in_either_tail(events, level):
    lower, upper = intervals.exact_poisson(events, level)
    assert poisson.sf(events - 1, lower) == pytest.approx((1 - level) / 2, rel=1e-6)
    assert poisson.cdf(events, upper) == pytest.approx((1 - level) / 2, rel=1e-6)


@pytest.mark.parametrize(("level", "allowed"), [(0.95, 0.002), (0.998, 0.015)])
def test_byars_limits_come_near_the_exact_ones_from_ten_on(level, allowed):
    events = np.arange(10, 2000)
    for near, exact in zip(
        intervals.byar(events, level), intervals.exact_poisson(events, level), strict=True
    ):
        assert near == pytest.approx(exact, rel=allowed)


def test_byars_lower_limit_is_missing_at_nought_and_at_one_in_the_wider_interval_and_only_there():
    missing = np.isnan(intervals.byar(np.arange(50), 0.998).lower)
    assert np.flatnonzero(missing).tolist() == [0, 1]
    assert np.flatnonzero(np.isnan(intervals.byar(np.arange(50)).lower)).tolist() == [0]
    assert not np.isnan(intervals.count(np.arange(50), 0.998).lower).any()


def test_none_seen_has_the_lower_limit_nought_and_nothing_looked_at_has_no_interval():
    assert intervals.count(0).lower == 0
    assert np.isnan(intervals.rate(5, [0, np.nan])).all()
    assert np.isnan(intervals.wilson([0, 3, 7], [0, np.nan, 5])).all()
    assert np.isnan(intervals.count([-1, np.nan])).all()
    assert np.isnan(intervals.mean(3.2, 1.0, 1)).all()


@given(counts, levels)
def test_more_events_never_have_lower_limits(events, level):
    here, next_ = intervals.count(events, level), intervals.count(events + 1, level)
    assert here.lower < next_.lower and here.upper < next_.upper


@given(st.integers(0, 300), st.integers(1, 300), levels)
def test_wilsons_limits_are_scipys_and_mirror_each_other(events, more, level):
    out_of = events + more
    here, other = intervals.wilson(events, out_of, level), intervals.wilson(more, out_of, level)
    theirs = binomtest(events, out_of).proportion_ci(level, method="wilson")
    assert here == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert here.lower == pytest.approx(1 - other.upper)


def test_limits_of_a_mean_are_scipys():
    values = np.array([16.2, 17.9, 14.4, 20.1, 15.5])
    theirs = ttest_1samp(values, 0).confidence_interval(0.95)
    assert intervals.mean(values.mean(), values.std(ddof=1), 5) == pytest.approx((theirs.low, theirs.high))


def test_a_rate_is_its_count_over_its_population():
    per_person = intervals.count(91)
    assert intervals.rate(91, 59_326).lower == pytest.approx(per_person.lower / 59_326 * 10_000)


def test_a_printed_rate_bears_its_rounding_too():
    from_count = intervals.rate(15.4 * 59_326 / 10_000, 59_326)
    printed = intervals.printed_rate(15.4, 59_326, 1)
    assert printed.lower < from_count.lower and printed.upper > from_count.upper
    # of a population large enough only the rounding is left
    assert intervals.printed_rate(9.2, 1e13, 1) == pytest.approx((9.15, 9.25), rel=1e-4)


@given(st.integers(10, 3000), st.integers(1, 50))
def test_a_rate_does_not_change_with_the_unit_it_is_told_in(events, times):
    once, again = intervals.rate(events, 50_000), intervals.rate(events, 50_000, scale=10_000 * times)
    assert again.upper == pytest.approx(once.upper * times)
