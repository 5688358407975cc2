"""Benjamini and Hochberg's procedure, and what chance would show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from dagster_project.statistics.multiplicity import adjusted, expected_by_chance, is_discovery

# Benjamini and Hochberg 1995, section 4.1: 15 comparisons of two treatments after a heart attack
NEUHAUS = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
NEUHAUS += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def test_the_first_four_of_the_fifteen_of_1995_are_discoveries():
    assert is_discovery(NEUHAUS).tolist() == [True] * 4 + [False] * 11


@given(p_values)
def test_adjusted_p_values_are_scipys_and_in_the_order_of_the_p_values(p):
    ours = adjusted(p)
    assert ours == pytest.approx(false_discovery_control(p))
    assert (np.diff(ours[np.argsort(p, kind="stable")]) >= 0).all()


@given(p_values, st.data())
def test_a_smaller_p_never_loses_a_discovery(p, data):
    place = data.draw(st.integers(0, len(p) - 1))
    smaller = [*p]
    smaller[place] /= 2
    assert (is_discovery(smaller) >= is_discovery(p)).all()


def test_who_was_left_out_is_not_in_the_family():
    alone = is_discovery([0.03, np.nan, np.nan])
    assert alone.tolist() == [True, False, False]
    both = is_discovery([[0.03, np.nan], [0.03, 0.9]])
    assert both.tolist() == [[True, False], [False, False]]


def test_of_thirty_measures_one_and_a_half_are_outside_95_per_cent_by_chance():
    assert expected_by_chance(30) == pytest.approx(1.5)
    assert expected_by_chance(151, 0.998) == pytest.approx(0.3, abs=0.003)
