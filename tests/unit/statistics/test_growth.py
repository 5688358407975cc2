"""The test of growth against the bulk of England: its equation, its median, what it must not depend on."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from dagster_project.statistics import growth
from dagster_project.statistics.dispersion import (
    CAP,
    EXPECTED,
    degrees_of_freedom,
    tau_squared,
    weighted_median,
)
from dagster_project.statistics.growth import Spread

families = st.integers(0, 10_000).map(np.random.default_rng)


def counts(rng, k=60, tau=0.2, rate=60):
    base = rng.uniform(0.3 * rate, 3 * rate, k)
    return rng.poisson(base), rng.poisson(1.2 * base * np.exp(rng.normal(0, tau, k)))


def test_standard_normals_have_the_capped_mean_square_of_the_design():
    by_hand = quad(lambda z: min(abs(z), CAP) ** 2 * norm.pdf(z), -12, 12, points=[-CAP, CAP])[0]
    assert pytest.approx(by_hand) == EXPECTED
    assert round(EXPECTED, 5) == 0.71016


@given(families)
def test_tau_is_the_one_root_of_its_equation(rng):
    v = rng.uniform(0.001, 0.1, 50)
    deviates = rng.normal(0, np.sqrt(1 + 0.09 / v))
    tau2 = tau_squared(deviates, v)

    def capped(t):
        return np.minimum(np.abs(deviates / np.sqrt(1 + t / v)), CAP).__pow__(2).mean()

    goal = EXPECTED * (1 - 1 / 50)
    if tau2 == 0:
        assert capped(0) <= goal
    else:
        assert capped(tau2) == pytest.approx(goal, abs=1e-6)
        grid = [capped(t) for t in np.linspace(0, 4, 200)]
        assert (np.diff(grid) <= 1e-12).all()


def test_where_chance_explains_all_tau_is_nought_and_of_one_there_is_none():
    assert tau_squared(np.full(40, 0.1), np.full(40, 0.01)) == 0
    assert np.isnan(tau_squared([2.0, np.nan], [0.1, 0.1]))


def test_tau_does_not_follow_a_tenth_that_moves_far_one_way():
    rng = np.random.default_rng(5)
    v = np.full(150, 0.01)
    deviates = rng.normal(0, np.sqrt(1 + 0.01 / v), 150)
    far = deviates.copy()
    far[:15] = 50
    assert np.sqrt(tau_squared(far, v)) < 1.6 * np.sqrt(tau_squared(deviates, v))
    assert np.sqrt(np.var(far) * 0.01) > 5 * np.sqrt(tau_squared(far, v))  # as a moment estimate would


def test_the_weighted_median_reaches_half_the_mid_cumulative_weight():
    assert weighted_median([3.0, 1.0, 2.0], [1, 1, 1]) == 2
    assert weighted_median([1.0, 2.0], [1, 1]) == 1.5
    # mid-cumulative weights 0.5, 2.5, 4.5 of 5: the half, 2.5, is at the second
    assert weighted_median([1.0, 5.0, 9.0], [1, 3, 1]) == 5
    # 1, 2.5 and 3.5 of 4: the half, 2, lies two thirds of the way from the first to the second
    assert weighted_median([0.0, 3.0, 9.0], [2, 1, 1]) == pytest.approx(2)
    assert weighted_median([7.0, np.nan], [1, 1]) == 7
    # two equal values are one of weight 4: 2 and 4.5 of 5, and the half, 2.5, a fifth of the way
    assert weighted_median([0.0, 0.0, 5.0], [1, 3, 1]) == weighted_median([0.0, 0.0, 5.0], [3, 1, 1]) == 1
    assert np.isnan(weighted_median([np.nan, np.nan], [1, 1]))


def test_degrees_of_freedom_are_the_designs():
    assert degrees_of_freedom([5, 10, 33, 151]) == pytest.approx([5, 5.4, 19.2, 90])


@given(families)
@settings(max_examples=30)
def test_the_order_of_authorities_does_not_matter(rng):
    before, after = counts(rng)
    mixed = rng.permutation(len(before))
    family = growth.of_counts(before, after, years=(2014, 2016))
    again = growth.of_counts(before[mixed], after[mixed], years=(2014, 2016))
    assert again.p == pytest.approx(family.p[mixed], nan_ok=True)
    assert again.tau == pytest.approx(family.tau)


@given(families, st.floats(0.01, 100))
@settings(max_examples=30)
def test_a_population_told_in_thousands_gives_the_same_p(rng, scale):
    before, after = counts(rng)
    children = rng.uniform(1e4, 2e5, (2, len(before)))
    once = growth.of_counts(before, after, *children, years=(1, 2))
    again = growth.of_counts(before, after, *(children * scale), years=(1, 2))
    assert again.p == pytest.approx(once.p, rel=1e-5)


@given(families)
@example(np.random.default_rng(269))  # holds two authorities of exactly the same growth beside the middle
@settings(max_examples=30)
def test_the_two_years_exchanged_turn_every_deviate_round(rng):
    before, after = counts(rng)
    there = growth.of_counts(before, after, years=(1, 2))
    back = growth.of_counts(after, before, years=(2, 1))
    assert back.z == pytest.approx(-there.z, abs=1e-5)
    assert back.spread.m == pytest.approx(-there.spread.m, abs=1e-7)


def test_families_side_by_side_are_as_each_alone():
    rng = np.random.default_rng(3)
    before, after = np.array([counts(rng) for _ in range(4)]).transpose(1, 0, 2).astype(float)
    before[1, :9] = np.nan
    together = growth.of_counts(before, after, years=(0, 1))
    for place in range(4):
        alone = growth.of_counts(before[place], after[place], years=(0, 1))
        assert alone.p == pytest.approx(together.p[place], nan_ok=True)
        assert alone.spread.k == together.spread.k[place]


def test_the_result_carries_what_it_rests_on():
    family = growth.of_counts(*counts(np.random.default_rng(1)), years=(2014, 2016))
    assert family.years == (2014, 2016)
    assert family.spread.k == 60 and family.df == pytest.approx(35.4)
    assert family.tau == pytest.approx(0.2, abs=0.1)
    assert np.exp(family.spread.m) == pytest.approx(1.2, abs=0.15)


def test_fewer_than_ten_events_and_missing_figures_are_left_out():
    before, after = (x.astype(float) for x in counts(np.random.default_rng(1)))
    before[:3], after[:3] = [4, 0, np.nan], [5, 0, 50]
    family = growth.of_counts(before, after, years=(0, 1))
    assert np.isnan(family.p[:3]).all() and not np.isnan(family.p[3:]).any()
    assert family.spread.k == 57


def test_a_year_without_events_is_tested_like_any_other():
    before, after = counts(np.random.default_rng(1))
    before[0], after[0] = 0, 30
    assert growth.of_counts(before, after, years=(0, 1)).p[0] < 0.001


def test_ten_neighbours_are_judged_by_englands_tau_and_middle():
    england = growth.of_counts(*counts(np.random.default_rng(1), k=150), years=(0, 1))
    before, after = counts(np.random.default_rng(2), k=10)
    few = growth.of_counts(before, after, years=(0, 1), borrowed=england.spread)
    assert few.spread is england.spread and few.df == england.df
    members = np.r_[np.ones(150, bool), np.zeros(10, bool)]
    both = [
        np.r_[a, b] for a, b in zip(counts(np.random.default_rng(1), k=150), (before, after), strict=True)
    ]
    together = growth.of_counts(*both, years=(0, 1), members=members)
    assert together.p[150:] == pytest.approx(few.p)
    assert together.spread.k == 150


def test_a_share_and_its_complement_change_by_as_much():
    rng = np.random.default_rng(4)
    n0, n1 = rng.integers(300, 900, (2, 50))
    x0, x1 = rng.binomial(n0, 0.22), rng.binomial(n1, 0.24)
    share = growth.of_shares(x0, n0, x1, n1, years=(0, 1))
    rest = growth.of_shares(n0 - x0, n0, n1 - x1, n1, years=(0, 1))
    assert rest.p == pytest.approx(share.p)
    assert rest.y == pytest.approx(-share.y)


def test_a_stock_of_which_nobody_moved_has_no_test_and_flows_alone_make_its_noise():
    stock = np.full(40, 400.0)
    still = growth.of_stocks(stock, stock, np.zeros(40), np.zeros(40), years=(0, 1))
    assert np.isnan(still.p).all()
    moved = growth.of_stocks(stock, stock + 20, np.full(40, 120.0), np.full(40, 100.0), years=(0, 1))
    assert moved.v == pytest.approx(220 / (400 * 420))


def test_the_mean_of_later_years_has_the_variance_of_the_design():
    base, later = np.full(30, 100.0), np.full((4, 30), 120.0)
    family = growth.of_later_years(base, later, years=(2014, (2015, 2016, 2017, 2018)))
    assert family.v == pytest.approx(1 / 100.5 + 4 / 120.5 / 16)
    assert family.y == pytest.approx(np.log(120.5 / 100.5))


def test_growth_against_the_rest_is_the_ratio_of_ratios_with_all_four_counts_in_its_limits():
    told = growth.against_rest(40, 60, 1000, 1200)
    assert told.value == pytest.approx(1.25)
    se = np.sqrt(1 / 40 + 1 / 60 + 1 / 1000 + 1 / 1200)
    assert np.log(told.upper / told.value) == pytest.approx(1.959964 * se)
    wider = growth.against_rest(40, 60, 1000, 1200, tau2=0.01, sum_of_squared_shares=0.2)
    assert np.log(wider.upper / wider.value) == pytest.approx(1.959964 * np.sqrt(se**2 + 0.012))


def test_a_family_of_nobody_has_no_figures():
    family = growth.of_counts([np.nan] * 4, [1.0] * 4, years=(0, 1))
    assert family.spread.k == 0 and np.isnan(family.p).all()
    assert isinstance(family.spread, Spread)
