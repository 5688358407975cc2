"""What chance alone would show where many figures are looked at.

A family is one measure, one pair of years and all authorities with data. A page with thirty measures of one
authority is another: beside it stands what chance would flag there.
"""

import numpy as np
from numpy.typing import ArrayLike

from dagster_project.statistics.arrays import Flags, Floats, floats
from dagster_project.statistics.intervals import DESCRIBE

#: The share of false discoveries among flags that is borne.
Q = 0.05


def adjusted(p: ArrayLike) -> Floats:
    """Adjusted p-values of Benjamini and Hochberg 1995, along the last axis; nan is outside the family."""
    p = floats(p)
    order = np.argsort(p, axis=-1)  # nan last
    ranked = np.take_along_axis(p, order, axis=-1)
    k = np.isfinite(p).sum(axis=-1, keepdims=True)
    stepped = ranked * k / np.arange(1, p.shape[-1] + 1)
    # the smallest of what follows, so that a larger p never has the smaller adjusted value
    least = np.fmin.accumulate(stepped[..., ::-1], axis=-1)[..., ::-1]
    result = np.empty_like(p)
    np.put_along_axis(result, order, np.where(np.isnan(ranked), np.nan, np.minimum(least, 1)), axis=-1)
    return result


def is_discovery(p: ArrayLike, q: float = Q) -> Flags:
    """Which members stand out, with at most a share ``q`` of false ones among them on average."""
    return np.asarray(adjusted(p) <= q)


def expected_by_chance(tests: ArrayLike, level: float = DESCRIBE) -> Floats:
    """How many of so many figures lie outside their limits if nothing differs: 1.5 of 30 at 95%."""
    return (1 - level) * floats(tests)
