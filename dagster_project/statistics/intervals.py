"""Intervals of counts, rates, shares, means and differences of shares.

``level`` is 0.95 to describe or 0.998 to alert. All functions broadcast; what has no interval is nan.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, t

from dagster_project.statistics.arrays import Floats, Interval, floats, positive, z_of

DESCRIBE = 0.95
ALERT = 0.998
#: Below this many events Byar's approximation is not used.
FEW = 10


def exact_poisson(events: ArrayLike, level: float = DESCRIBE) -> Interval:
    """Limits of a Poisson mean of which ``events`` were seen: Garwood 1936, through chi-squared.

    Events need not be whole: a count worked back from a printed rate is not. None seen has the lower limit 0.
    """
    events, tail = _non_negative(events), (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(events == 0, 0.0, chi2.ppf(tail, 2 * events) / 2)
    return Interval(lower, chi2.isf(tail, 2 * events + 2) / 2)


def byar(events: ArrayLike, level: float = DESCRIBE) -> Interval:
    """Byar's approximation to the same limits (Breslow and Day 1987, page 69).

    Missing where it does not hold: at 0 events, and where the lower limit would be negative, as of 1 at
    99.8%.
    """
    events, z = _non_negative(events), z_of(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = 1 - 1 / (9 * events) - z / (3 * np.sqrt(events))
        lower = np.where((events > 0) & (root >= 0), events * root**3, np.nan)
    above = events + 1
    return Interval(lower, above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3)


def count(events: ArrayLike, level: float = DESCRIBE) -> Interval:
    """Limits of a count as OHID gives them: exact below ten, Byar's from ten on."""
    is_few = floats(events) < FEW
    exact, near = exact_poisson(events, level), byar(events, level)
    return Interval(np.where(is_few, exact.lower, near.lower), np.where(is_few, exact.upper, near.upper))


def rate(events: ArrayLike, exposure: ArrayLike, scale: float = 10_000, level: float = DESCRIBE) -> Interval:
    """Limits of ``scale * events / exposure``; missing where the exposure is missing or nought, never 0."""
    factor = scale / positive(exposure)
    of_count = count(events, level)
    return Interval(of_count.lower * factor, of_count.upper * factor)


def printed_rate(
    printed: ArrayLike, exposure: ArrayLike, decimals: int, scale: float = 10_000, level: float = DESCRIBE
) -> Interval:
    """Limits of a rate known only as printed: the rounding is in them.

    The count behind it lies between those of the rate half a last place lower and half a place higher; the
    interval reaches from the lower limit of the one to the upper limit of the other.
    """
    printed, half, factor = floats(printed), 0.5 * 10.0**-decimals, floats(exposure) / scale
    fewest, most = np.maximum(printed - half, 0) * factor, (printed + half) * factor
    return Interval(
        rate(fewest, exposure, scale, level).lower,
        rate(most, exposure, scale, level).upper,
    )


def wilson(events: ArrayLike, out_of: ArrayLike, level: float = DESCRIBE) -> Interval:
    """Limits of the share ``events / out_of``: Wilson 1927. Of nothing there is no share."""
    events, out_of, z = floats(events), floats(out_of), z_of(level)
    holds = (out_of > 0) & (events >= 0) & (events <= out_of)
    n = np.where(holds, out_of, np.nan)
    x = np.where(holds, events, np.nan)
    middle, half, below = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n)), 2 * (n + z**2)
    # at 0 and at n the limits are 0 and 1: nothing may be left of the subtraction
    return Interval(
        np.where(x == 0, 0.0, (middle - half) / below), np.where(x == n, 1.0, (middle + half) / below)
    )


def mean(average: ArrayLike, deviation: ArrayLike, n: ArrayLike, level: float = DESCRIBE) -> Interval:
    """Student's limits of the mean of ``n`` values with the standard ``deviation``; of one value, none."""
    n = floats(n)
    n = np.where(n >= 2, n, np.nan)
    half = t.isf((1 - level) / 2, n - 1) * floats(deviation) / np.sqrt(n)
    return Interval(floats(average) - half, floats(average) + half)


def difference_of_shares(
    earlier: ArrayLike,
    out_of_earlier: ArrayLike,
    later: ArrayLike,
    out_of_later: ArrayLike,
    level: float = DESCRIBE,
) -> Interval:
    """Limits of the later share less the earlier: Newcombe 1998, method 10.

    For two independent waves. The same children asked twice are not: margins alone then allow no test.
    """
    p1 = floats(earlier) / positive(out_of_earlier)
    p2 = floats(later) / positive(out_of_later)
    first, second = wilson(earlier, out_of_earlier, level), wilson(later, out_of_later, level)
    below = np.hypot(p2 - second.lower, first.upper - p1)
    above = np.hypot(second.upper - p2, p1 - first.lower)
    return Interval(p2 - p1 - below, p2 - p1 + above)


def _non_negative(values: ArrayLike) -> Floats:
    values = floats(values)
    return np.where(values >= 0, values, np.nan)
