"""XmR charts of monthly series: a baseline, limits from its moving ranges, and four rules.

A flag is a prompt to look, not a verdict: of 24 unchanged months with a baseline of 24, 18% of series show
one (``benchmarks.calibration``). Annual series have too few points and go to ``growth``; below about ten
events a month take quarters. Time is the last axis; series side by side are axes before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from scipy.stats import kruskal

from dagster_project.statistics.arrays import Flags, Floats, Interval, Words, floats

#: Fewest points with which anything is flagged; with fewer the line is only drawn.
FEWEST = 12
#: Points of the baseline where there are so many.
BASELINE = 24
_RUN = 7
_SIGMA = 1.128  # the mean range of two normal values, in standard deviations
_SCREEN = 3.267  # a moving range beyond this many means is set aside, once
#: A point under several rules is labelled with the first of these.
PRECEDENCE = ("outside", "trend", "two_of_three", "run")


@dataclass(frozen=True)
class Limits:
    """Middle and spread of a baseline, of the shape of the series without its last axis."""

    mean: Floats
    sigma: Floats

    @property
    def natural(self) -> Interval:
        """Three sigma either side: ``mean -/+ 2.66`` mean moving ranges."""
        return Interval(self.mean - 3 * self.sigma, self.mean + 3 * self.sigma)


@dataclass(frozen=True)
class Chart:
    """One series and what may be said of it. Arrays have a value per point."""

    values: Floats
    mean: Floats
    lower: Floats
    upper: Floats
    labels: Words  #: the rule that flags a point, empty where none does
    withheld: str  #: why nothing, or less, is flagged: too_few_points, seasonal, autocorrelated, or empty


def limits_of(baseline: ArrayLike) -> Limits:
    """Limits from a baseline of shape (..., points). The mean is of all, the ranges are screened once."""
    baseline = floats(baseline)
    ranges = np.abs(np.diff(baseline, axis=-1))
    mean_range = ranges.mean(axis=-1, keepdims=True)
    screened = np.nanmean(np.where(ranges <= _SCREEN * mean_range, ranges, np.nan), axis=-1)
    # of a series that seldom moves, every move would be set aside, and every point lie outside
    kept = np.where(screened > 0, screened, mean_range[..., 0])
    return Limits(baseline.mean(axis=-1), kept / _SIGMA)


def flags_of(values: ArrayLike, limits: Limits) -> dict[str, Flags]:
    """Which points each rule flags, of the shape of ``values``: all of a run or trend, not only its last.

    ``outside``: beyond three sigma. ``run``: seven on one side of the mean. ``trend``: seven points, six
    moves, all up or all down. ``two_of_three``: two of three beyond two sigma with all three on one side of
    the mean.
    """
    values = floats(values)
    mean, sigma = limits.mean[..., np.newaxis], limits.sigma[..., np.newaxis]
    away = values - mean
    none = np.zeros(values.shape, dtype=bool)
    run, trend, two_of_three = none.copy(), none.copy(), none.copy()
    for side in (1, -1):
        is_side = side * away > 0
        is_far = side * away > 2 * sigma
        run |= _spread(_all_of(is_side, _RUN), _RUN, none)
        trend |= _spread(_all_of(side * np.diff(values, axis=-1) > 0, _RUN - 1), _RUN, none)
        windows = _all_of(is_side, 3) & (_count_of(is_far, 3) >= 2)
        two_of_three |= _spread(windows, 3, none) & is_far
    return {"outside": np.abs(away) > 3 * sigma, "trend": trend, "two_of_three": two_of_three, "run": run}


def label(flags: dict[str, Flags]) -> Words:
    """The first rule in ``PRECEDENCE`` that flags a point, or an empty word."""
    return np.select([flags[name] for name in PRECEDENCE], PRECEDENCE, default="")


def chart(
    values: ArrayLike,
    months: ArrayLike | None = None,
    *,
    baseline: int = BASELINE,
    recorded_events: Sequence[int] = (),
    is_stock: bool = False,
) -> Chart:
    """The chart of one series of shape (points,).

    Args:
        values: a figure per month, none missing.
        months: calendar months 1 to 12; where given, seasons are tested for before anything is flagged.
        baseline: how many of the first points the limits rest on; they stay fixed.
        recorded_events: places at which a recorded event or a flagged break starts a new baseline. Nothing
            else ever does.
        is_stock: a stock goes with itself from month to month: only points outside are flagged.
    """
    values = floats(values)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("a chart is of one series without gaps")
    mean, lower, upper = (np.full(values.shape, np.nan) for _ in range(3))
    labels = np.full(values.shape, "", dtype="<U12")
    withheld = []
    seasonal = months is not None and is_seasonal(values, months)
    starts = [0, *sorted(recorded_events), len(values)]
    for start, end in zip(starts, starts[1:], strict=False):
        part = values[start:end]
        if len(part) < 2:
            withheld.append("too_few_points")
            continue
        first = part[:baseline]
        limits = limits_of(first)
        mean[start:end] = limits.mean
        lower[start:end], upper[start:end] = limits.natural
        if len(part) < FEWEST or seasonal:
            withheld.append("seasonal" if seasonal else "too_few_points")
            continue
        flags = flags_of(part, limits)
        if is_stock or is_autocorrelated(first):
            withheld.append("autocorrelated")
            flags = {name: flag & (name == "outside") for name, flag in flags.items()}
        labels[start:end] = label(flags)
    return Chart(values, mean, lower, upper, labels, withheld[0] if withheld else "")


def is_autocorrelated(values: ArrayLike) -> Flags:
    """Whether neighbouring points go together: lag-1 autocorrelation above ``2 / sqrt(n)``."""
    values = floats(values)
    away = values - values.mean(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        together = (away[..., 1:] * away[..., :-1]).sum(axis=-1) / (away**2).sum(axis=-1)
    return np.asarray(together > 2 / np.sqrt(values.shape[-1]))


def is_seasonal(values: ArrayLike, months: ArrayLike, alpha: float = 0.05) -> bool:
    """Whether calendar months differ: Kruskal and Wallis' test by month, from two full years on.

    Of one series. Where it holds, ``year_on_year`` is charted in the place of the figures.
    """
    values, months = floats(values), np.asarray(months)
    if len(values) < 2 * 12 or np.ptp(values) == 0:
        return False
    return bool(kruskal(*(values[months == month] for month in np.unique(months))).pvalue < alpha)


def year_on_year(values: ArrayLike) -> Floats:
    """Each month less the same month a year earlier: twelve points fewer."""
    values = floats(values)
    return values[..., 12:] - values[..., :-12]


def _count_of(flags: Flags, width: int) -> Floats:
    """How many of each ``width`` neighbours are flagged: ``width - 1`` places fewer."""
    if flags.shape[-1] < width:
        return np.zeros((*flags.shape[:-1], 0))
    return np.asarray(sliding_window_view(flags, width, axis=-1).sum(axis=-1))


def _all_of(flags: Flags, width: int) -> Flags:
    return np.asarray(_count_of(flags, width) == width)


def _spread(starts: Flags, width: int, none: Flags) -> Flags:
    """Every point within ``width`` of a start."""
    result = none.copy()
    for step in range(width if starts.shape[-1] else 0):
        result[..., step : step + starts.shape[-1]] |= starts
    return result
