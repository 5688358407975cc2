"""Funnel plots: who stands apart among authorities of every size, in one period.

Two pairs of lines are drawn: chance alone, and chance with the over-dispersion that is ordinary between
authorities. Of re-referrals the naive lines leave 75 to 88% of authorities outside: without dispersion the
plot is noise. tau stands on the scale of the transform, which is named with it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit
from scipy.stats import chi2, t

from dagster_project.statistics.arrays import Floats, Interval, floats, positive, z_of
from dagster_project.statistics.dispersion import degrees_of_freedom, p_value, tau_squared, weighted_median
from dagster_project.statistics.intervals import DESCRIBE, FEW

_ROUNDS = 3


class Line(NamedTuple):
    """Points of a line: where on the axis of size, and how high."""

    size: Floats
    height: Floats


@dataclass(frozen=True)
class Funnel:
    """Target and over-dispersion of one plot, with each member's deviate. Arrays are of shape (k,)."""

    transform: str  #: logit, log or sqrt
    z: Floats
    p: Floats
    y: Floats  #: on the scale of the transform
    v: Floats  #: variance of y by chance alone
    target: float  #: on the scale of the figures: a share, or observed over expected
    tau2: float  #: on the scale of the transform
    k: int
    df: float

    @property
    def middle(self) -> float:
        """The target on the scale of the transform."""
        return float(_TO[self.transform](self.target))

    def ranks(self) -> Interval:
        """Between which places each member's true rank lies: see ``rank_interval``."""
        return rank_interval(self.y, self.v, self.middle, self.tau2)

    def lines(self, size: ArrayLike, level: float = DESCRIBE) -> Interval:
        """Dispersion-adjusted limits at any size: a denominator, or an expected number."""
        size, middle = positive(size), self.middle
        if self.transform == "logit":
            chance = 1 / (size * self.target * (1 - self.target))
        else:
            chance = 1 / size if self.transform == "log" else 1 / (4 * size)
        half = t.isf((1 - level) / 2, self.df) * np.sqrt(chance + self.tau2)
        low, high = middle - half, middle + half
        if self.transform == "sqrt":
            low = np.maximum(low, 0)
        back = _FROM[self.transform]
        return Interval(back(low), back(high))


_TO = {"logit": logit, "log": np.log, "sqrt": np.sqrt}
_FROM = {"logit": expit, "log": np.exp, "sqrt": np.square}


def naive_share_lines(target: ArrayLike, out_of: ArrayLike, level: float = DESCRIBE) -> Interval:
    """Limits of a share by chance alone, ``p0 -/+ z sqrt(p0 (1 - p0) / n)`` within 0 and 1."""
    p0, n = floats(target), positive(out_of)
    half = z_of(level) * np.sqrt(p0 * (1 - p0) / n)
    return Interval(np.maximum(p0 - half, 0), np.minimum(p0 + half, 1))


def naive_ratio_lines(observed: ArrayLike, level: float = DESCRIBE) -> tuple[Line, Line]:
    """The lower and the upper line of observed over expected by exact Poisson limits, a point a whole number.

    Each point is where so many observed are just on the line: its size is the number expected. None observed
    lies on no upper line.
    """
    observed, tail = floats(observed), (1 - level) / 2
    with np.errstate(invalid="ignore"):
        most = chi2.isf(tail, 2 * observed + 2) / 2
        least = np.where(observed >= 1, chi2.ppf(tail, 2 * observed) / 2, np.nan)
    return Line(most, observed / most), Line(least, observed / least)


def of_shares(events: ArrayLike, out_of: ArrayLike) -> Funnel:
    """The funnel of shares, on the scale of log odds."""
    x, n = np.broadcast_arrays(floats(events), positive(out_of))
    is_possible = (x >= 0) & (x <= n)
    x = np.where(is_possible, x, np.nan)
    v = 1 / (x + 0.5) + 1 / (n - x + 0.5)
    return _funnel("logit", logit((x + 0.5) / (n + 1)), v)


def of_ratios(observed: ArrayLike, expected: ArrayLike) -> Funnel:
    """The funnel of observed over expected: log, or square root where anybody has fewer than ten."""
    observed, expected = np.broadcast_arrays(floats(observed), positive(expected))
    ratio = observed / expected
    if np.nanmin(observed) < FEW:
        return _funnel("sqrt", np.sqrt(ratio), 1 / (4 * expected))
    return _funnel("log", np.log(ratio), 1 / expected)


def rank_interval(
    y: ArrayLike,
    v: ArrayLike,
    m: float,
    tau2: float,
    *,
    level: float = DESCRIBE,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """Between which places each member's true rank lies; 1 is the lowest y. No rank is printed without it.

    Drawn from each member's shrunken effect, ``N(m + B (y - m), B v)`` with ``B = tau2 / (tau2 + v)``: ranks
    of the raw figures spread too far. Where tau is nought nobody differs and nobody has a rank: nan.
    """
    y, v = np.broadcast_arrays(floats(y), floats(v))
    is_in = np.isfinite(y) & np.isfinite(v)
    lower, upper = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    if tau2 > 0:
        shrink = tau2 / (tau2 + v[is_in])
        drawn = np.random.default_rng(seed).normal(
            m + shrink * (y[is_in] - m), np.sqrt(shrink * v[is_in]), (draws, int(is_in.sum()))
        )
        places = drawn.argsort(axis=1).argsort(axis=1) + 1
        tail = (1 - level) / 2
        lower[is_in], upper[is_in] = np.quantile(places, [tail, 1 - tail], axis=0, method="nearest")
    return Interval(lower, upper)


def _funnel(transform: str, y: Floats, v: Floats) -> Funnel:
    is_in = np.isfinite(y) & np.isfinite(v)
    tau2 = floats(0.0)
    for _ in range(_ROUNDS):
        m = weighted_median(np.where(is_in, y, np.nan), 1 / np.sqrt(v + tau2))
        tau2 = tau_squared(np.where(is_in, (y - m) / np.sqrt(v), np.nan), v)
    z = (y - m) / np.sqrt(v + tau2)
    k = int(is_in.sum())
    df = degrees_of_freedom(k)
    target = float(_FROM[transform](m))
    return Funnel(transform, z, p_value(z, df), y, v, target, float(tau2), k, float(df))
