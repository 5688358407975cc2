"""Where each authority stands among all in the newest period: the funnel of a measure, and places with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dagster_project.dictionary import ENGLAND
from dagster_project.site.facts import Facts, Measure, Row
from dagster_project.statistics import funnel
from dagster_project.statistics.arrays import Floats
from dagster_project.statistics.funnel import Funnel

#: Fewer than so many have no spread of their own to be told.
_FEWEST = 20


@dataclass(frozen=True)
class Standing:
    """The real authorities of one measure and period that have a count and what it is counted out of.

    ``scale`` makes a share or a ratio to England a figure in the measure's unit.
    """

    period: int
    rows: tuple[Row, ...]
    funnel: Funnel
    is_share: bool
    scale: float
    england: float  #: as a share, or a rate for one

    @property
    def size(self) -> Floats:
        """What each is counted out of."""
        return np.array([row["denominator"] for row in self.rows], dtype=float)

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """Between which places each stands, 1 the lowest figure; none where nobody can be told apart."""
        ranks = self.funnel.ranks()
        found = zip(self.rows, ranks.lower, ranks.upper, strict=True)
        return {
            row["area_code"]: (int(low), int(high)) for row, low, high in found if np.isfinite(low + high)
        }


def standing(facts: Facts, measure: Measure) -> Standing | None:
    """The standing of a measure's published figures; None where there are no counts to judge them by."""
    period = facts.latest(measure.measure_id)
    kind, scale = measure.row["kind"], float(measure.row["scale"] or 1)
    if period is None or kind not in ("proportion", "flow_count_rate", "stock_count_rate"):
        return None
    rows = tuple(
        row
        for row in facts.of_authorities(measure.measure_id, period)
        if row["numerator"] is not None and row["denominator"] and row["value"] is not None
        if facts.areas[row["area_code"]].has_page
    )
    england = facts.figure(measure.measure_id, ENGLAND, period)
    if len(rows) < _FEWEST or england is None or not england["value"]:
        return None
    events, out_of = (
        np.array([row[name] for row in rows], dtype=float) for name in ("numerator", "denominator")
    )
    rate = england["value"] / scale
    is_share = kind == "proportion"
    made = funnel.of_shares(events, out_of) if is_share else funnel.of_ratios(events, out_of * rate)
    return Standing(period, rows, made, is_share, scale, rate)
