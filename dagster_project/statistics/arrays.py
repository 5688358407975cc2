"""The kinds of arrays the statistics take and give."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]


class Interval(NamedTuple):
    """Lower and upper limit, each of the shape of what they are about."""

    lower: Floats
    upper: Floats


def floats(values: ArrayLike) -> Floats:
    """``values`` as floats; None is not a number."""
    return np.asarray(values, dtype=np.float64)


def z_of(level: float) -> float:
    """The normal quantile of a two-sided level: 1.959964 of 0.95, 3.090232 of 0.998."""
    return float(norm.isf((1 - level) / 2))


def positive(values: ArrayLike) -> Floats:
    """``values``, nan where they are not above nought: nothing can be divided by them."""
    values = floats(values)
    return np.where(values > 0, values, np.nan)
