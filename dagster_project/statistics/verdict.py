"""The four words a change can earn, and what each rests on.

*signal*: it stands out of its family with false discoveries held at 5%. *watch*: one in 500 would be so far
out if nothing differed. *no_signal*: it cannot be told from ordinary variation, which is not the same as no
change. *cannot_tell*: a figure that must not, or cannot, be tested, and why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, t

from dagster_project.statistics.arrays import Flags, Floats, Interval, Words, floats
from dagster_project.statistics.intervals import DESCRIBE, FEW

#: Beyond this a change is watched: 0.3 of 151 authorities by chance.
WATCH = 0.002
#: Standard errors between nothing and a change seen four times in five at 95%: 2.80.
DETECTABLE = float(norm.isf(0.025) + norm.isf(0.2))
#: Members from which a family has a tau of its own, and from which it is as good as calibrated.
FEWEST, FULL = 20, 30


class Verdict(StrEnum):
    """What may be said of a change."""

    SIGNAL = "signal"
    WATCH = "watch"
    NO_SIGNAL = "no_signal"
    CANNOT_TELL = "cannot_tell"


class Reason(StrEnum):
    """Why nothing can be told."""

    NO_TEST = "no_test"
    JOINT_RETURN = "joint_return"
    BASE_MISSING = "base_missing"
    MISSING = "missing"
    BREAK = "break"
    SMALL = "small"
    TOO_FEW_AUTHORITIES = "too_few_authorities"


@dataclass(frozen=True)
class Facts:
    """What a verdict is reached from; arrays of one shape, (..., k), or broadcast to it."""

    p: Floats
    v: Floats  #: variance by chance alone, on the log scale
    events: Floats  #: in both years together
    k: Floats  #: members of the family whose tau and m were used
    is_discovery: Flags
    share_small: ArrayLike = 0.0  #: of the family's members with fewer than ten events
    share_recording_change: ArrayLike = 0.0  #: of the family's members with a known change of recording
    has_test: ArrayLike = True  #: whether the kind of measure has a test
    is_joint_return: ArrayLike = False
    is_base_missing: ArrayLike = False
    is_missing: ArrayLike = False
    is_break: ArrayLike = False
    is_from_nought: ArrayLike = False  #: whether the earlier figure is 0


@dataclass(frozen=True)
class Limit:
    """A situation in which the method does not hold, and the reason then given."""

    situation: str
    reason: Reason
    holds: Callable[[Facts], ArrayLike]


#: The limits of validity: the first that holds decides. None holds: the test speaks.
LIMITS = (
    Limit("the kind of measure has no test", Reason.NO_TEST, lambda f: ~np.asarray(f.has_test)),
    Limit("one figure for two authorities", Reason.JOINT_RETURN, lambda f: f.is_joint_return),
    Limit("no figure for the base year", Reason.BASE_MISSING, lambda f: f.is_base_missing),
    Limit("a figure is missing or suppressed: never imputed", Reason.MISSING, lambda f: f.is_missing),
    Limit("the two years are not comparable", Reason.BREAK, lambda f: f.is_break),
    Limit(
        "over 15% with a known recording change",
        Reason.BREAK,
        lambda f: floats(f.share_recording_change) > 0.15,
    ),
    Limit("over half have fewer than ten events", Reason.SMALL, lambda f: floats(f.share_small) > 0.5),
    Limit("fewer than ten events in both years together", Reason.SMALL, lambda f: f.events < FEW),
    Limit("fewer than 20 authorities", Reason.TOO_FEW_AUTHORITIES, lambda f: f.k < FEWEST),
    Limit("the earlier figure is nought: nothing grows from it", Reason.SMALL, lambda f: f.is_from_nought),
    Limit("a part of the figure, as its population, is missing", Reason.MISSING, lambda f: np.isnan(f.p)),
    Limit(
        "no flag, and even a doubling would be missed one time in five",
        Reason.SMALL,
        lambda f: ~(f.is_discovery | (f.p < WATCH)) & (np.exp(DETECTABLE * np.sqrt(f.v)) > 2),
    ),
)


def decide(facts: Facts) -> tuple[Words, Words]:
    """The verdict of each, and the reason where nothing can be told (an empty word elsewhere)."""
    shape = np.broadcast_shapes(*(np.shape(value) for value in vars(facts).values()))
    reason = np.full(shape, "", dtype="<U20")
    for limit in LIMITS:
        holds = np.broadcast_to(np.asarray(limit.holds(facts), dtype=bool), shape)
        reason = np.where((reason == "") & holds, str(limit.reason), reason)
    told = np.select(
        [reason != "", facts.is_discovery & (facts.k >= FULL), facts.is_discovery | (facts.p < WATCH)],
        [str(Verdict.CANNOT_TELL), str(Verdict.SIGNAL), str(Verdict.WATCH)],
        default=str(Verdict.NO_SIGNAL),
    )
    return told, reason


def smallest_detectable_change(v: ArrayLike, tau2: ArrayLike) -> Interval:
    """The factors of England's growth, below and above 1, that are seen at 95% four times in five.

    The critical factor, at 1.96 standard errors, is seen only half the time when it is true. Of a share the
    factors are of its odds.
    """
    spread = np.exp(DETECTABLE * np.sqrt(floats(v) + floats(tau2)))
    return Interval(1 / spread, spread)


def ordinary_range(
    growth: ArrayLike, v: ArrayLike, tau2: ArrayLike, df: ArrayLike, level: float = DESCRIBE
) -> Interval:
    """Between what factors ordinary authorities of that size lie where the middle grows by ``growth``."""
    spread = np.exp(t.isf((1 - level) / 2, floats(df)) * np.sqrt(floats(v) + floats(tau2)))
    return Interval(floats(growth) / spread, floats(growth) * spread)
