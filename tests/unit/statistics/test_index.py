"""An index bears the noise of its base: design, part 3, and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dagster_project.statistics import index
from dagster_project.statistics.verdict import DETECTABLE, smallest_detectable_change

#: England: applications (Cafcass) and children at mid-year (ONS) of 2013-14 and 2015-16, as in the seeds.
ENGLAND = {"before": 10_620, "after": 12_791, "children_before": 11_473_080, "children_after": 11_593_891}
# base count, own interval of a true index of 1.204, critical factors by chance alone and with tau 0.10,
# and those seen four times in five: the table of part 3 of the design
WIDTHS = [
    (10, (0.52, 2.79), (0.43, 2.31), (0.42, 2.37), (0.29, 3.43)),
    (40, (0.79, 1.83), (0.66, 1.52), (0.63, 1.59), (0.52, 1.94)),
    (100, (0.92, 1.57), (0.77, 1.30), (0.72, 1.39), (0.62, 1.60)),
    (200, (1.00, 1.45), (0.83, 1.21), (0.76, 1.31), (0.68, 1.47)),
    (400, (1.05, 1.38), (0.88, 1.14), (0.79, 1.27), (0.71, 1.40)),
]
events = st.integers(1, 3000)


@pytest.mark.parametrize(("base", "own", "critical", "critical_with_tau", "seen"), WIDTHS)
def test_an_index_is_as_wide_as_the_design_found(base, own, critical, critical_with_tau, seen):
    told = index.index_of_count(1.204 * base, base)
    assert (told.lower, told.upper) == pytest.approx(own, abs=0.006)
    v = 1 / base + 1 / (1.204 * base)
    for tau2, limits in ((0, critical), (0.01, critical_with_tau)):
        spread = np.exp(1.959964 * np.sqrt(v + tau2))
        assert (1 / spread, spread) == pytest.approx(limits, abs=0.01)
    assert smallest_detectable_change(v, 0.01) == pytest.approx(seen, abs=0.011)


def test_a_change_seen_four_times_in_five_is_2_80_standard_errors():
    assert pytest.approx(2.80, abs=0.005) == DETECTABLE


def test_englands_count_index_and_rate_index_are_two_numbers():
    count = index.index_of_count(ENGLAND["after"], ENGLAND["before"])
    rate = index.index_of_rate(
        ENGLAND["after"], ENGLAND["children_after"], ENGLAND["before"], ENGLAND["children_before"]
    )
    assert round(float(count.value), 4) == 1.2044
    assert round(float(rate.value), 4) == 1.1919


def test_the_printed_rates_of_2014_and_2016_bear_only_1_184_to_1_208():
    assert index.rounding_of_printed(11.0, 9.2, 1) == pytest.approx((1.184, 1.208), abs=5e-4)
    children = ENGLAND["children_after"], ENGLAND["children_before"]
    told = index.index_of_printed_rates(11.0, children[0], 9.2, children[1], 1)
    assert round(float(told.value), 3) == 1.196
    assert told.lower < 1.184 and told.upper > 1.208


@given(st.integers(0, 9), st.integers(1, 60), st.sampled_from([0.95, 0.998]))
def test_below_ten_events_the_limits_are_clopper_and_pearsons(x, base, level):
    told = index.index_of_count(x, base, level)
    share = binomtest(x, x + base).proportion_ci(level, method="exact")
    assert told.lower == pytest.approx(share.low / (1 - share.low))
    assert told.upper == pytest.approx(share.high / (1 - share.high))


def test_a_base_of_nought_gives_no_index_and_a_year_of_nought_an_index_of_nought():
    assert np.isnan(index.index_of_count([0, 5, 30], 0)).all()
    none = index.index_of_count(0, 30)
    assert (none.value, none.lower) == (0, 0) and 0 < none.upper < 1


@given(st.integers(10, 3000), st.integers(10, 3000), st.floats(0.1, 50))
def test_an_index_turned_round_is_its_inverse_and_no_scale_matters(x, base, scale):
    there, back = index.index_of_count(x, base), index.index_of_count(base, x)
    assert there.lower == pytest.approx(1 / back.upper)
    scaled = index.index_of_rate(x, 4000 * scale, base, 3000 * scale)
    assert scaled.value == pytest.approx(index.index_of_rate(x, 4000, base, 3000).value)


@given(st.integers(10, 3000), st.integers(10, 3000))
def test_the_point_and_the_band_add_in_squares_to_the_whole(x, base):
    whole = index.index_of_count(x, base)
    point, band = index.floating(whole.value, x), index.base_band(base)
    assert np.log(whole.upper / whole.value) == pytest.approx(
        np.hypot(np.log(point.upper / whole.value), np.log(band.upper))
    )


def test_a_base_of_three_years_is_sums_not_a_mean_of_rates_and_narrower():
    applications, children = [20.0, 30.0, 40.0], [20_000.0, 21_000.0, 24_000.0]
    pooled = index.pooled_base(applications, children)
    assert pooled == (90, 65_000)
    three, one = index.index_of_rate(45, 24_000, *pooled), index.index_of_rate(45, 24_000, 30, 21_000)
    assert three.upper / three.lower < one.upper / one.lower


def test_a_restated_base_gives_two_lines():
    both = index.restated_index([50, 60], 1, (40, 1), (44, 1))
    assert both.first_printed.value == pytest.approx([1.25, 1.5])
    assert both.restated.value == pytest.approx([50 / 44, 60 / 44])
