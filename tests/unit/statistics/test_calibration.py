"""Where nothing differs the default flags what it says it does: a small run of ``benchmarks.calibration``.

The bounds are those to be passed at 2,000 runs, wider by what 300 runs leave to chance.
"""

import numpy as np
import pytest

from benchmarks import calibration

RUNS = 300


@pytest.mark.parametrize("world", calibration.NOTHING_DIFFERS[:4], ids=lambda world: world.name)
def test_where_nothing_differs_few_are_flagged(world):
    rng = np.random.default_rng(11)
    at_95, at_998, found = calibration.nothing_differs(world, RUNS, calibration.populations(), rng)
    assert 4 <= at_95 <= 6
    assert 0.05 < at_998 <= 0.5
    assert found <= 8 + 3 * 100 * np.sqrt(0.08 * 0.92 / RUNS)


def test_what_was_planted_is_found_among_few_false_ones():
    world = calibration.PLANTED[2]
    rng = np.random.default_rng(12)
    false, power = calibration.planted(world, RUNS, calibration.populations(), rng)
    assert false <= 5 and abs(power - world.power) <= 5


def test_poisson_limits_would_have_flagged_most():
    """What the method is for: with tau left out, more than half of referrals would be flagged."""
    people, rng = calibration.populations(), np.random.default_rng(13)
    before, after, _ = calibration.drawn(calibration.NOTHING_DIFFERS[2], 50, people, rng)
    z = (np.log(after / before) - np.log(1.1)) / np.sqrt(1 / after + 1 / before)
    assert np.mean(np.abs(z) > 1.96) > 0.5


def test_the_numbers_of_children_are_of_151_real_authorities():
    people = calibration.populations()
    assert len(people) == 151 and people.min() > calibration.FEWEST_CHILDREN


def test_eight_later_years_that_share_their_base_are_flagged_together():
    a_year, some_year, four_or_more = calibration.shared_base(100, 200, np.random.default_rng(14))
    assert a_year == pytest.approx(5, abs=0.6)
    assert 22 < some_year < 27 and four_or_more > 1
