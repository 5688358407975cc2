"""Over-dispersion: how far authorities ordinarily differ beyond chance, as a variance added to chance's own.

The last axis is the family, its members left out being nan; axes before it are families side by side.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, t

from dagster_project.statistics.arrays import Floats, floats

#: Where Huber's proposal 2 stops a deviate from counting for more: 95% efficient where all is normal.
CAP = 1.345
#: The mean of ``min(|z|, CAP) ** 2`` of standard normal deviates: 0.71016.
EXPECTED = float(norm.cdf(CAP) - norm.cdf(-CAP) - 2 * CAP * norm.pdf(CAP) + 2 * CAP**2 * norm.sf(CAP))
#: The largest tau squared looked for: authorities that differ by a factor of seven, either way.
MOST = 4.0
_HALVINGS = 36  # to 6e-11


def tau_squared(deviates: ArrayLike, v: ArrayLike) -> Floats:
    """The variance between members that brings the capped mean square of their deviates to what chance gives.

    Args:
        deviates: of shape (..., k), each with variance 1 if nothing but chance differed; nan is left out.
        v: of the same shape, the variance of chance on the scale of tau.

    Returns:
        The t >= 0 with ``mean(min(|d / sqrt(1 + t / v)|, 1.345) ** 2) = 0.71016 (1 - 1/k)``, of shape (...):
        0 where the left side is below at t = 0, nan where fewer than two members are in. The left side falls
        as t rises, so there is one root. No sample quantile enters: a tenth of the members may move one way.
    """
    square, v = floats(deviates) ** 2, floats(v)
    is_in = np.isfinite(square) & np.isfinite(v)
    k = is_in.sum(axis=-1)
    weight = 1 / np.where(is_in, v, 1.0)
    square = np.where(is_in, square, 0.0)
    goal = EXPECTED * (k - 1.0)  # of the sum, not the mean

    def capped(t: Floats) -> Floats:
        total = np.minimum(square / (1 + t[..., np.newaxis] * weight), CAP**2).sum(axis=-1)
        return np.asarray(total)

    low, high = np.zeros(k.shape), np.full(k.shape, MOST)
    is_above = capped(low) > goal
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_right = capped(middle) > goal
        low, high = np.where(is_right, middle, low), np.where(is_right, high, middle)
    return np.where(k < 2, np.nan, np.where(is_above, (low + high) / 2, 0.0))


def weighted_median(y: ArrayLike, weight: ArrayLike) -> Floats:
    """The value where the mid-cumulative weight of the last axis reaches one half, linear between values.

    Equal values count as one value of their joint weight: the order they come in cannot matter.
    """
    y, weight = np.broadcast_arrays(floats(y), floats(weight))
    is_in = np.isfinite(y) & (weight > 0)
    order = np.argsort(np.where(is_in, y, np.inf), axis=-1)
    y = np.take_along_axis(np.where(is_in, y, np.inf), order, axis=-1)
    total = np.cumsum(np.take_along_axis(np.where(is_in, weight, 0.0), order, axis=-1), axis=-1)
    place = np.arange(y.shape[-1])
    is_new = np.ones(y.shape, dtype=bool)
    is_new[..., 1:] = y[..., 1:] != y[..., :-1]
    is_last = np.ones(y.shape, dtype=bool)
    is_last[..., :-1] = is_new[..., 1:]
    first = np.maximum.accumulate(np.where(is_new, place, 0), axis=-1)
    last = np.minimum.accumulate(np.where(is_last, place, place[-1])[..., ::-1], axis=-1)[..., ::-1]
    before = np.where(first > 0, np.take_along_axis(total, np.maximum(first - 1, 0), axis=-1), 0.0)
    middle = (before + np.take_along_axis(total, last, axis=-1)) / 2
    half = total[..., -1:] / 2
    k = is_in.sum(axis=-1, keepdims=True)
    above = np.minimum(((middle < half) & (place < k)).sum(axis=-1, keepdims=True), np.maximum(k - 1, 0))
    below = np.maximum(above - 1, 0)
    y_low, y_high = (np.take_along_axis(y, at, axis=-1) for at in (below, above))
    w_low, w_high = (np.take_along_axis(middle, at, axis=-1) for at in (below, above))
    with np.errstate(invalid="ignore", divide="ignore"):
        way = np.where(w_high > w_low, np.clip((half - w_low) / (w_high - w_low), 0, 1), 1.0)
        median = np.where(y_low == y_high, y_low, y_low + way * (y_high - y_low))
    return np.where(k > 0, median, np.nan)[..., 0]


def degrees_of_freedom(k: ArrayLike) -> Floats:
    """Of Student's t for a family of k whose tau is estimated, found by simulation."""
    return np.maximum(5.0, 0.6 * (floats(k) - 1))


def p_value(z: ArrayLike, df: ArrayLike) -> Floats:
    """Two-sided, of deviates of shape (..., k) and degrees of freedom of shape (...)."""
    return np.asarray(2 * t.sf(np.abs(floats(z)), floats(df)[..., np.newaxis]))
