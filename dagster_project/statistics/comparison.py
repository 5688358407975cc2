"""Every figure against an earlier one of its own, with a verdict; England, region and neighbours beside it.

Arrow in, Arrow out. A family is one measure, lane and pair of periods: each period against the one before it,
and against each base period of the measure.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dagster_project.statistics import growth
from dagster_project.statistics.arrays import Flags, Floats, Words
from dagster_project.statistics.beside import Beside, of_rest
from dagster_project.statistics.growth import Family, Spread
from dagster_project.statistics.intervals import FEW
from dagster_project.statistics.multiplicity import Q, is_discovery
from dagster_project.statistics.panel import Panel, pairs_of, panel_of
from dagster_project.statistics.telling import SCHEMA, told
from dagster_project.statistics.verdict import FEWEST, Facts, decide

#: Entries and exits of a stock; exits of None are what the entries leave unexplained.
FLOWS: Mapping[str, tuple[str, str | None]] = {
    "M12": ("cla_started_n", "cla_ceased_n"),
    "cla_31mar_n": ("cla_started_n", "cla_ceased_n"),
    "cpp_31mar_n": ("cpp_started_n", None),
    "cpp_31mar_rate_10k": ("cpp_started_n", None),
}
#: The rate an index is made from: growth of the one is growth of the other.
INDEXED: Mapping[str, str] = {"M01": "M05"}

#: Ratios whose numerator is who left in the year: tested as counts over those in post. Being some of so many,
#: they vary a little less than counts do, so the test is on the careful side.
LEAVERS = ("M03", "sw_turnover_headcount_pct")

_COUNTS = ("flow_count", "flow_count_rate")
_STOCKS = ("stock_count", "stock_count_rate")
_WHOSE = ["geographic_level", "area_code_ons", "area_name", "is_fictional", "period_end"]
_FIGURES = [
    *_WHOSE,
    "measure_id",
    "lane",
    "area_code",
    "period",
    "numerator",
    "denominator",
    "value",
    "comparability",
]
_FIGURE = ["measure_id", "lane", "area_code", "period"]
_KEYS = [*_FIGURE, "comparison", "from_period"]
_Pair = tuple[int, int]
#: Of a family, by pair of periods: its spread, and below what p a member stands out.
_Known = dict[_Pair, tuple[float, float, float, float]]


def compare(
    figures: pa.Table,
    measures: pa.Table,
    base_periods: pa.Table,
    areas: pa.Table,
    small_areas: Collection[str],
    neighbours: pa.Table,
) -> pa.Table:
    """One row per measure, lane, area, period, comparison and earlier period.

    Args:
        figures: ``core_outcome``; M01 is told only if it is in it.
        measures: ``measure``: measure_id, measure_name, kind, polarity, unit, scale, decimals, period_type.
        base_periods: ``index_base``: measure_id, base_period.
        areas: ``area``: area_code, region_code.
        small_areas: codes of authorities too small to say how authorities ordinarily differ.
        neighbours: ``core_neighbour``: of several models the newest is used.

    Returns:
        Values of the area, England, its region and its neighbours in both periods; growth as factors (of a
        share, the ratio of its two levels); the family's middle growth, tau, k and df; what the figure would
        ordinarily lie between, in the measure's unit; p, verdict, reason; the smallest growth usually seen,
        as a factor of the family's middle (of a share, of its odds); and the sentence. Null is not known.
    """
    frame = _frame(figures.select(_FIGURES)).cast({"period": pl.Int64})
    lanes = frame.partition_by("measure_id", "lane", as_dict=True)
    rows = {row["measure_id"]: row for row in measures.to_pylist()}
    bases = _frame(base_periods)
    beside = Beside(frame, _frame(areas), _frame(neighbours))

    def panel(measure_id: str | None, lane: str) -> Panel | None:
        if measure_id is None or (measure_id, lane) not in lanes:
            return None
        row = rows[measure_id]
        return panel_of(lanes[measure_id, lane], row["kind"], float(row["scale"] or 1))

    small = np.array(sorted(small_areas), dtype=str)
    compared = []
    for measure_id in rows:
        of = INDEXED.get(measure_id, measure_id)
        base = sorted(bases.filter(pl.col("measure_id") == of)["base_period"].cast(pl.Int64).unique())
        known: _Known = {}
        for lane in ("published", "returned"):  # England's families are the published ones
            own, counted = panel(measure_id, lane), panel(of, lane)
            if own is None or counted is None:
                continue
            if of != measure_id:
                own = own.with_counts_of(counted)
            flows = [panel(name, lane) for name in FLOWS.get(measure_id, (None, None))]
            pairs, names = pairs_of(own.periods, base)
            if not len(pairs):
                continue
            kind = "flow_count_rate" if measure_id in LEAVERS else rows[of]["kind"]
            england = (panel(of, "published") or own) if lane == "returned" else own
            table, known = _compared(own, england, kind, pairs, names == "base", flows, known, small)
            place = {"measure_id": pl.lit(measure_id), "lane": pl.lit(lane)}
            table = table.with_columns(**place, comparison=pl.Series(names[table["pair"].to_numpy()]))
            compared.append(table.drop("pair").with_columns(is_of_odds=pl.lit(kind == "proportion")))
    if not compared:
        return pl.DataFrame(schema=SCHEMA).to_arrow()
    # joined once: a join costs by the longer table, and these are many and short
    whole = pl.concat(compared).join(frame.select(*_FIGURE, *_WHOSE), on=_FIGURE, how="left")
    measured = beside.join(whole).partition_by("measure_id", "is_of_odds", as_dict=True)
    results = [
        told(table, rows[measure_id], is_of_odds=is_of_odds)
        for (measure_id, is_of_odds), table in measured.items()
    ]
    return pl.concat(results).sort(_KEYS).to_arrow()


def small_areas(events: pa.Table) -> set[str]:
    """The City of London and the Isles of Scilly: what the seed ``reorganisation`` calls a small_area."""
    return {row["from_area_code"] for row in events.to_pylist() if row["event_type"] == "small_area"}


def _compared(
    panel: Panel,
    england: Panel,
    kind: str,
    pairs: NDArray[np.int64],
    is_to_base: Flags,
    flows: list[Panel | None],
    known: _Known,
    small: Words,
) -> tuple[pl.DataFrame, _Known]:
    """The comparisons of one measure and lane, and its families for a lane that has too few for its own."""
    start, end = pairs[:, 0], pairs[:, 1]
    is_break = panel.is_break[start] | panel.is_break[end]
    is_had = np.isfinite(panel.value[start]) & np.isfinite(panel.value[end])
    joint = panel.is_joint
    is_joint = joint[start] | joint[end]
    is_without_base = is_to_base[:, np.newaxis] & np.isnan(panel.value[start])
    is_authority = (panel.levels == "Local authority") & ~panel.is_fictional
    members = is_authority & ~np.isin(panel.areas, small) & is_had & ~is_break & ~is_joint
    family = _family(panel, kind, pairs, flows, members, None)
    has_test = family is not None
    if family is None:
        nothing = np.full(is_had.shape, np.nan)
        none = Spread(*(np.full(len(pairs), value) for value in (np.nan, np.nan, 0.0)))
        family = Family(pairs, nothing, nothing, nothing, nothing, nothing, none)
    threshold = _threshold(family, members)
    periods = [(int(panel.periods[a]), int(panel.periods[b])) for a, b in pairs]
    is_short = family.spread.k < FEWEST
    if has_test and known and is_short.any():
        borrowed = np.array([known.get(pair, (np.nan, np.nan, 0.0, 0.0)) for pair in periods]).T
        spread = Spread(
            *(np.where(is_short, theirs, own) for theirs, own in zip(borrowed, family.spread, strict=False))
        )
        threshold = np.where(is_short, borrowed[3], threshold)
        family = _family(panel, kind, pairs, flows, members, spread) or family
    is_local = panel.is_local
    recorded = panel.is_recording_change[start] | panel.is_recording_change[end]
    with np.errstate(invalid="ignore"):
        facts = Facts(
            p=family.p,
            v=family.v,
            events=family.events,
            # nine regions, or England alone, make no family
            k=np.where(is_local, family.spread.k[:, np.newaxis], 0),
            is_discovery=family.p <= threshold[:, np.newaxis],
            share_small=_share(family.events < FEW, members),
            share_recording_change=_share(recorded, is_authority & is_had),
            has_test=has_test,
            is_joint_return=is_joint,
            is_base_missing=panel.is_base_missing[start] | panel.is_base_missing[end] | is_without_base,
            is_missing=~is_had,
            is_break=is_break,
            is_from_nought=panel.value[start] == 0,
        )
    verdict, reason = decide(facts)
    pair, area = np.nonzero(panel.has_row[end])
    shape = is_had.shape

    def flat(values: Any) -> Any:
        return np.broadcast_to(values, shape)[pair, area]

    def of_family(values: Floats) -> Floats:
        return np.asarray(flat(np.where(is_local & has_test, values[:, np.newaxis], np.nan)))

    rest = of_rest(panel, england, pairs, family.spread.tau2 if kind in _COUNTS else None)
    columns: dict[str, Any] = {
        "pair": pair,
        "area_code": panel.areas[area],
        "period": panel.periods[end][pair],
        "from_period": panel.periods[start][pair],
        "value": flat(panel.value[end]),
        "from_value": flat(panel.value[start]),
        "is_worked_back": flat(panel.is_worked_back[start] | panel.is_worked_back[end]),
        **{name: flat(values) for name, values in rest.items()},
        "middle_growth": of_family(np.exp(family.spread.m)),
        "tau": of_family(family.tau),
        "k": of_family(family.spread.k),
        "df": of_family(family.df),
        "chance_variance": flat(family.v),
        "z": flat(family.z),
        "p": flat(family.p),
        "verdict": flat(verdict),
        "verdict_reason": flat(reason),
    }
    ours = zip(*family.spread, threshold, strict=True)
    return pl.DataFrame(columns), dict(zip(periods, ours, strict=True)) if has_test else {}


def _family(
    panel: Panel,
    kind: str,
    pairs: NDArray[np.int64],
    flows: list[Panel | None],
    members: Flags,
    borrowed: Spread | None,
) -> Family | None:
    """The test that the kind of measure has, or None."""
    start, end = pairs[:, 0], pairs[:, 1]
    x0, x1, n0, n1 = (m[at] for m in (panel.numerator, panel.exposure) for at in (start, end))
    how: dict[str, Any] = {"years": panel.periods[pairs], "members": members, "borrowed": borrowed}
    if kind in _COUNTS:
        return growth.of_counts(x0, x1, n0, n1, **how)
    if kind == "proportion":
        return growth.of_shares(x0, n0, x1, n1, **how)
    if kind in _STOCKS and flows[0] is not None:
        entries = _between(flows[0].at(flows[0].numerator, panel), start, end)
        exits = x0 + entries - x1
        if flows[1] is not None:
            exits = _between(flows[1].at(flows[1].numerator, panel), start, end)
        return growth.of_stocks(x0, x1, entries, np.where(exits >= 0, exits, np.nan), n0, n1, **how)
    return None


def _between(flow: Floats, start: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
    """The flow of the periods after ``start`` up to ``end``; nan where any is not known."""
    summed = np.vstack([np.zeros(flow.shape[1]), np.cumsum(np.nan_to_num(flow), axis=0)])
    unknown = np.vstack([np.zeros(flow.shape[1]), np.cumsum(np.isnan(flow), axis=0)])
    return np.where(unknown[end + 1] == unknown[start + 1], summed[end + 1] - summed[start + 1], np.nan)


def _threshold(family: Family, members: Flags) -> Floats:
    """The p at or below which a member stands out, and anybody tested against the family."""
    p = np.where(members, family.p, np.nan)
    found = np.where(is_discovery(p), p, 0.0).max(axis=-1, initial=0.0)
    return np.maximum(found, Q / np.maximum(family.spread.k + 1, 1))


def _share(flags: Flags, among: Flags) -> Floats:
    return ((flags & among).sum(axis=-1) / np.maximum(among.sum(axis=-1), 1))[:, np.newaxis]


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
