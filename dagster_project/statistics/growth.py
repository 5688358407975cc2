"""Growth between two years, tested against the authorities that grew alike.

Shown is the growth against the rest of England, the authority itself removed (``against_rest``). Tested is
whether it belongs with the bulk of the family: all authorities of one measure and one pair of years, with an
over-dispersion that is theirs. The method is put together from known parts (Huber's proposal 2 for scale,
additive dispersion as in Spiegelhalter 2005, signed roots of the deviance) and so is published with its
calibration, ``benchmarks.calibration``.

Arrays have the family as their last axis; families side by side are axes before it. nan is a member left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, xlogy

from dagster_project.statistics.arrays import Floats, floats, positive, z_of
from dagster_project.statistics.dispersion import degrees_of_freedom, p_value, tau_squared, weighted_median
from dagster_project.statistics.intervals import DESCRIBE, FEW

_ROUNDS = 3  # of median and tau: neither moves after that


class Spread(NamedTuple):
    """How a family grew, each of shape (...): the middle, the variance beyond chance, from how many."""

    m: Floats  #: log of the middle growth
    tau2: Floats
    k: Floats


@dataclass(frozen=True)
class Family:
    """What was tested, and what the test rests on: tau belongs to a measure and a pair of years."""

    years: Any  #: the two periods, as they were given
    y: Floats  #: (..., k) log growth of each; of a share, the change of its log odds
    v: Floats  #: (..., k) its variance by chance alone
    events: Floats  #: (..., k) both years together; of a share, the rarer outcome; of a stock, its flows
    z: Floats  #: (..., k) nan where left out of the test
    p: Floats  #: (..., k) two-sided
    spread: Spread

    @property
    def tau(self) -> Floats:
        """Spread between members beyond chance, on the scale of y."""
        return np.sqrt(self.spread.tau2)

    @property
    def df(self) -> Floats:
        """Degrees of freedom of Student's t."""
        return degrees_of_freedom(self.spread.k)


class Growth(NamedTuple):
    """Growth against the rest, as a factor, and its limits."""

    value: Floats
    lower: Floats
    upper: Floats


def of_counts(
    before: ArrayLike,
    after: ArrayLike,
    exposure_before: ArrayLike = 1,
    exposure_after: ArrayLike = 1,
    *,
    years: Any,
    members: ArrayLike = True,
    borrowed: Spread | None = None,
) -> Family:
    """The test of counts, or of rates where the exposures (populations) are given. All of shape (..., k).

    Given the events n of both years, those of the later one are binomial; the deviate is the signed root of
    the deviance. Variances come from expected cells: observed ones go with the effect and blunt the test
    below 30 a year.

    Args:
        before: events of the earlier year.
        after: events of the later year.
        exposure_before: what the earlier events are divided by.
        exposure_after: what the later events are divided by.
        years: the two periods, carried into the result.
        members: who makes the family's middle and tau; others are tested against it.
        borrowed: middle and tau of another family, for fewer than twenty: ten neighbours, a small region, or
            one authority's own return. tau is never solved from so few.
    """
    x0, x1, log_exposure = np.broadcast_arrays(
        floats(before), floats(after), np.log(positive(exposure_after) / positive(exposure_before))
    )
    n = x0 + x1
    y = np.log((x1 + 0.5) / (x0 + 0.5)) - log_exposure

    def test(m: Floats) -> tuple[Floats, Floats]:
        share = expit(m[..., np.newaxis] + log_exposure)
        e1 = n * share
        with np.errstate(invalid="ignore", divide="ignore"):
            deviance = 2 * (xlogy(x1, x1 / e1) + xlogy(x0, x0 / (n - e1)))
            v = 1 / (n * share * (1 - share))
        return np.sign(x1 - e1) * np.sqrt(np.maximum(deviance, 0)), v

    return _solved(years, y, 4 / positive(n), n, test, members, borrowed)


def of_shares(
    before: ArrayLike,
    out_of_before: ArrayLike,
    after: ArrayLike,
    out_of_after: ArrayLike,
    *,
    years: Any,
    members: ArrayLike = True,
    borrowed: Spread | None = None,
) -> Family:
    """The test of the change of a share between two independent waves. All of shape (..., k)."""
    x0, n0, x1, n1 = np.broadcast_arrays(
        floats(before), positive(out_of_before), floats(after), positive(out_of_after)
    )
    cells = np.stack([x0, n0 - x0, x1, n1 - x1])
    cells = np.where((cells >= 0).all(axis=0), cells, np.nan) + 0.5
    y = np.log(cells[2] / cells[3]) - np.log(cells[0] / cells[1])
    rarer = np.minimum(x0 + x1, n0 + n1 - x0 - x1)
    return _of_effects(y, (1 / cells).sum(axis=0), rarer, years, members, borrowed)


def of_stocks(
    before: ArrayLike,
    after: ArrayLike,
    entries: ArrayLike,
    exits: ArrayLike,
    exposure_before: ArrayLike = 1,
    exposure_after: ArrayLike = 1,
    *,
    years: Any,
    members: ArrayLike = True,
    borrowed: Spread | None = None,
) -> Family:
    """The test of a stock with its flows between the two days. All of shape (..., k).

    Whoever stays carries no noise: the variance is that of the flows. Without flows a stock has no test.
    """
    s0, s1 = positive(before), positive(after)
    y = np.log(s1 / s0) - np.log(positive(exposure_after) / positive(exposure_before))
    flow = positive(floats(entries) + floats(exits))
    return _of_effects(y, flow / (s0 * s1), flow, years, members, borrowed)


def of_later_years(
    base: ArrayLike,
    later: ArrayLike,
    base_exposure: ArrayLike = 1,
    later_exposure: ArrayLike = 1,
    *,
    years: Any,
) -> Family:
    """The one test of a whole index line: the mean log of its later years against the base they share.

    Args:
        base: events of the base year, (..., k).
        later: events of the T later years, (..., T, k).
        base_exposure: populations of the base year, (..., k), or 1.
        later_exposure: populations of the later years, (..., T, k), or 1.
        years: the base and the later years, carried into the result.
    """
    x0, later = floats(base), floats(later)
    ground = positive(base_exposure)
    ground = ground[..., np.newaxis, :] if ground.ndim else ground
    factor = (later + 0.5) / (x0[..., np.newaxis, :] + 0.5)
    line = np.log(factor) - np.log(positive(later_exposure) / ground)
    v = 1 / (x0 + 0.5) + (1 / (later + 0.5)).sum(axis=-2) / later.shape[-2] ** 2
    return _of_effects(line.mean(axis=-2), v, x0 + later.mean(axis=-2), years)


def against_rest(
    before: ArrayLike,
    after: ArrayLike,
    rest_before: ArrayLike,
    rest_after: ArrayLike,
    tau2: ArrayLike = 0,
    sum_of_squared_shares: ArrayLike = 0,
    level: float = DESCRIBE,
) -> Growth:
    """Growth of counts against that of the rest, which must not hold the authority itself.

    ``sum_of_squared_shares`` is of the shares that the rest's members have of it: about 0.01 for England,
    0.05 to 0.2 for a region, where it cannot be neglected.
    """
    a0, a1, r0, r1 = (positive(x) for x in (before, after, rest_before, rest_after))
    value = (a1 / a0) / (r1 / r0)
    of_members = floats(tau2) * (1 + floats(sum_of_squared_shares))
    spread = np.exp(z_of(level) * np.sqrt(1 / a0 + 1 / a1 + 1 / r0 + 1 / r1 + of_members))
    return Growth(value, value / spread, value * spread)


def _of_effects(
    y: Floats,
    v: Floats,
    events: Floats,
    years: Any,
    members: ArrayLike = True,
    borrowed: Spread | None = None,
) -> Family:
    """The test of effects whose variances are known."""
    y, v, events = np.broadcast_arrays(y, v, events)

    def test(m: Floats) -> tuple[Floats, Floats]:
        return (y - m[..., np.newaxis]) / np.sqrt(v), v

    return _solved(years, y, v, events, test, members, borrowed)


def _solved(
    years: Any,
    y: Floats,
    chance: Floats,
    events: Floats,
    test: Callable[[Floats], tuple[Floats, Floats]],
    members: ArrayLike,
    borrowed: Spread | None,
) -> Family:
    """Middle and tau in turn, then every deviate. ``test`` gives deviates and variances for a middle."""
    is_tested = np.isfinite(y) & np.isfinite(chance) & (events >= FEW)
    is_member = is_tested & np.broadcast_to(np.asarray(members, dtype=bool), y.shape)
    m, tau2 = np.full(y.shape[:-1], np.nan), np.zeros(y.shape[:-1])
    if borrowed is None:
        for _ in range(_ROUNDS):
            weight = 1 / np.sqrt(chance + tau2[..., np.newaxis])
            m = weighted_median(np.where(is_member, y, np.nan), weight)
            deviates, v = test(m)
            tau2 = tau_squared(np.where(is_member, deviates, np.nan), v)
        spread = Spread(m, tau2, is_member.sum(axis=-1).astype(float))
    else:
        spread = borrowed
    deviates, v = test(spread.m)
    z = np.where(is_tested, deviates / np.sqrt(1 + spread.tau2[..., np.newaxis] / v), np.nan)
    return Family(years, y, v, events, z, p_value(z, degrees_of_freedom(spread.k)), spread)
