"""A figure relative to its base year, with the noise of the base year in its interval.

An index is a factor: 1 is the base. The index of a count and that of a rate go by different names; whoever
publishes one says which. One base is shared by all later points, so they are not separate evidence (two of
them are correlated about 0.5): test one point a line, or the mean of all, through ``growth``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import beta

from dagster_project.statistics.arrays import Floats, Interval, floats, positive, z_of
from dagster_project.statistics.intervals import DESCRIBE, FEW


class Index(NamedTuple):
    """An index and its limits, as factors of the base."""

    value: Floats
    lower: Floats
    upper: Floats


class Restated(NamedTuple):
    """The index to the base as first printed and as restated: both are published."""

    first_printed: Index
    restated: Index


def index_of_count(events: ArrayLike, base_events: ArrayLike, level: float = DESCRIBE) -> Index:
    """``events / base_events``: both errors are in the limits. A base of nought gives no index."""
    return index_of_rate(events, 1, base_events, 1, level)


def index_of_rate(
    events: ArrayLike,
    exposure: ArrayLike,
    base_events: ArrayLike,
    base_exposure: ArrayLike,
    level: float = DESCRIBE,
) -> Index:
    """``(events / exposure) / (base_events / base_exposure)``, all of one shape or broadcast to it.

    The log has the standard error ``sqrt(1 / events + 1 / base_events)``; below ten events on either side the
    limits are exact, of the share that the later events have of all (Clopper and Pearson).
    """
    x, base = floats(events), floats(base_events)
    base = np.where(base > 0, base, np.nan)
    people = positive(base_exposure) / positive(exposure)
    value = x / base * people
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.exp(z_of(level) * np.sqrt(1 / x + 1 / base))
        closed = Interval(value / spread, value * spread)
        tail = (1 - level) / 2
        low = np.where((x == 0) & (base > 0), 0.0, beta.ppf(tail, x, base + 1))
        high = beta.isf(tail, x + 1, base)
        is_few = (x < FEW) | (base < FEW)
        lower = np.where(is_few, low / (1 - low) * people, closed.lower)
        upper = np.where(is_few, high / (1 - high) * people, closed.upper)
    return Index(value, lower, upper)


def floating(index: ArrayLike, events: ArrayLike, level: float = DESCRIBE) -> Interval:
    """Limits of each point with its own noise alone, for drawing; the base's stands round 1 as ``base_band``.

    So drawn, each error is seen once, and the two add in squares to the full interval.
    """
    return _with_noise_of(events, floats(index), level)


def base_band(base_events: ArrayLike, level: float = DESCRIBE) -> Interval:
    """The base year's own noise: a band round 1."""
    return _with_noise_of(base_events, floats(1.0), level)


def pooled_base(events: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats]:
    """Counts and person-years of several base years (last axis) as one base: sums, not means of rates.

    The index to it is ``index_of_rate(x, n, *pooled_base(...))``. A year in the base is not also a tested
    point.
    """
    return floats(events).sum(axis=-1), floats(exposure).sum(axis=-1)


def restated_index(
    events: ArrayLike,
    exposure: ArrayLike,
    first_base: tuple[ArrayLike, ArrayLike],
    restated_base: tuple[ArrayLike, ArrayLike],
    level: float = DESCRIBE,
) -> Restated:
    """Both lines where the base was restated; each base is its events and its exposure."""
    return Restated(
        index_of_rate(events, exposure, *first_base, level),
        index_of_rate(events, exposure, *restated_base, level),
    )


def rounding_of_printed(printed: ArrayLike, base_printed: ArrayLike, decimals: int) -> Interval:
    """Between what values the index of two printed rates lies, for their rounding alone."""
    rate, base, half = floats(printed), floats(base_printed), 0.5 * 10.0**-decimals
    with np.errstate(divide="ignore"):
        upper = (rate + half) / np.maximum(base - half, 0)
    return Interval(np.maximum(rate - half, 0) / (base + half), upper)


def index_of_printed_rates(
    printed: ArrayLike,
    exposure: ArrayLike,
    base_printed: ArrayLike,
    base_exposure: ArrayLike,
    decimals: int,
    scale: float = 10_000,
    level: float = DESCRIBE,
) -> Index:
    """Index of two rates known only as printed: the noise of both and their rounding are in the limits."""
    rate, base, half = floats(printed), floats(base_printed), 0.5 * 10.0**-decimals
    n, n_base = floats(exposure), floats(base_exposure)

    def limits(of: Floats, to: Floats) -> Index:
        return index_of_rate(of * n / scale, n, to * n_base / scale, n_base, level)

    lowest = limits(np.maximum(rate - half, 0), base + half)
    highest = limits(rate + half, np.maximum(base - half, 0))
    return Index(limits(rate, base).value, lowest.lower, highest.upper)


def _with_noise_of(events: ArrayLike, value: Floats, level: float) -> Interval:
    spread = np.exp(z_of(level) / np.sqrt(positive(events)))
    return Interval(value / spread, value * spread)
