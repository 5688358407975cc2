"""Working figures back: the counts that a printed rate, limit, index or comparison can have come from."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from dagster_project.release.disclosure import comparisons, recomputed
from dagster_project.release.disclosure.cells import Cell, measures
from dagster_project.release.disclosure.leaks import Leak
from dagster_project.release.disclosure.linear import n_left
from dagster_project.release.disclosure.profiles import Profile
from dagster_project.release.disclosure.recomputed import LIMITS, Tables, frame_of
from dagster_project.statistics import intervals
from dagster_project.statistics.arrays import Floats, z_of
from dagster_project.statistics.verdict import Verdict

_PLACES = 9  # further decimals are the noise of floating point
_MOST = 200_000  # candidates tried for one figure
_LEVELS = {"95": intervals.DESCRIBE, "998": intervals.ALERT}
#: Numbers in a sentence that are no figures: 2013-14, 31 March 2014.
_PERIOD = re.compile(r"\d{1,2} (?:March|September) \d{4}|\d{4}-\d{2}|\b(?:19|20)\d{2}\b")
_KEYS = ("measure_id", "area_code", "period")
_Row = dict[str, Any]


def inverted(returned: pl.DataFrame, tables: Tables, profile: Profile) -> Iterator[Leak]:
    """What follows from the figures of the three tables that are worked out from counts."""
    rows = {tuple(row[key] for key in _KEYS): row for row in returned.iter_rows(named=True)}
    steps = _half_steps(returned)
    for row in rows.values():
        if measures()[row["measure_id"]]["kind"] != "index":
            yield from _outcome(row, steps, profile)
    yield from _unrounded(returned, steps, profile)
    yield from _index(frame_of(tables["core_index"]), rows, profile)
    yield from _comparison(frame_of(tables["core_comparison"]), rows, profile)


def _outcome(row: _Row, steps: dict[str, float], profile: Profile) -> Iterator[Leak]:
    """A row of which a count is missing and a figure is not."""
    left = [name for name in ("value", "recomputed_value", *LIMITS) if row.get(name) is not None]
    is_withheld = row["status"] == profile.symbol
    missing = [role for role in ("numerator", "denominator") if row[role] is None]
    if not left or not (is_withheld or missing):
        return
    cell = _cell(row, missing[0] if missing else "numerator")
    told = [name for name in left if name in ("value", "recomputed_value")]
    for name in told:
        found = _of_rate(row, float(row[name]), steps[row["measure_id"]])
        if found is not None and _is_few(found, profile):
            yield Leak("rate", (cell,), n_left(*found), *found)
    for name in left:
        if name not in told and row["denominator"] is not None:
            found = _of_limit(row, name)
            if found is not None and _is_few(found, profile):
                yield Leak("limits", (cell,), n_left(*found), *found)
    if is_withheld:
        yield Leak("number_left", (cell,), 0)


def _of_rate(row: _Row, value: float, half: float) -> tuple[float, float] | None:
    """Between what the missing count lies, given the other one and the rate as printed."""
    scale = float(measures()[row["measure_id"]]["scale"] or 1)
    numerator, denominator = row["numerator"], row["denominator"]
    if numerator is None and denominator:
        return max(0.0, (value - half) * denominator / scale), (value + half) * denominator / scale
    if denominator is None and numerator and value > half:
        return scale * numerator / (value + half), scale * numerator / (value - half)
    return None


def _of_limit(row: _Row, name: str) -> tuple[float, float] | None:
    """The counts that have this limit, as far as it is printed."""
    side, level = name.split("_")
    measure, shown, people = measures()[row["measure_id"]], float(row[name]), float(row["denominator"])
    scale = float(measure["scale"] or 1)
    most = people if measure["kind"] == "proportion" else shown * people / scale * 4 + 50
    tried = np.arange(0, min(most, _MOST) + 1, dtype=float)
    if measure["kind"] == "proportion":
        limits = intervals.wilson(tried, np.full(len(tried), people), _LEVELS[level])
    else:
        limits = intervals.rate(tried, people, 1.0, _LEVELS[level])
    return _matching(tried, scale * getattr(limits, side), shown)


def _matching(tried: Floats, made: Floats, shown: float) -> tuple[float, float] | None:
    # the tables of limits below ten events are rounded themselves: not closer than a millionth
    near = np.abs(made - shown) <= max(_half(shown), 1e-6 * max(abs(shown), 1.0))
    return (float(tried[near].min()), float(tried[near].max())) if near.any() else None


def _unrounded(returned: pl.DataFrame, steps: dict[str, float], profile: Profile) -> Iterator[Leak]:
    """Rates that do not follow from the counts beside them: others are behind them."""
    numbers = {role: recomputed.numbers(returned, role) for role in ("numerator", "denominator", "value")}
    made = recomputed.rate(returned, numbers["numerator"], numbers["denominator"], profile)
    is_other = np.abs(made - numbers["value"]) > 1e-6 * np.maximum(1.0, np.abs(made))
    for row in returned.filter(pl.Series(is_other)).iter_rows(named=True):
        measure = measures()[row["measure_id"]]
        step = profile.step(row["geographic_level"], is_amount=False)
        scale, people = float(measure["scale"] or 1), row["denominator"]
        if measure["kind"] == "index" or step == 1 or not people:
            continue
        half = steps[row["measure_id"]]
        found = ((row["value"] - half) * people / scale, (row["value"] + half) * people / scale)
        if _is_few(found, profile):
            yield Leak("unrounded", (_cell(row, "numerator"),), n_left(*found))


def _index(index: pl.DataFrame, rows: dict[tuple, _Row], profile: Profile) -> Iterator[Leak]:
    """An index with one of its two years withheld: what that year must have been."""
    basis = {"rate": "value", "rate_from_counts": "recomputed_value", "count": "numerator"}
    for row in index.filter(pl.col("lane") == "returned").iter_rows(named=True):
        now = rows.get((row["measure_id"], row["area_code"], row["period"]))
        then = rows.get((row["measure_id"], row["area_code"], row["base_period"]))
        of = basis[row["index_basis"]]
        for own, other, is_base in ((now, then, False), (then, now, True)):
            if own is None or own[of] is not None or own["status"] != profile.symbol:
                continue
            role = "numerator" if own["numerator"] is None else "denominator"
            left = ("base_value" if is_base else "value", "index_value", *LIMITS)
            if any(row[name] is not None for name in left):
                found = _of_index(row, own, other, of, is_base=is_base)
                n = n_left(*found) if found else 0
                yield Leak("index", (_cell(own, role),), n, *(found or (None, None)))


def _of_index(
    row: _Row, own: _Row, other: _Row | None, of: str, *, is_base: bool
) -> tuple[float, float] | None:
    """Between what the withheld count of an index lies; None where that cannot be worked out."""
    figure = row["base_value" if is_base else "value"]
    half = _half(figure) if figure is not None else 0.0
    beside = other[of] if other is not None else None
    if figure is None and row["index_value"] and beside:
        ratio = row["index_value"] / 100
        figure = beside / ratio if is_base else beside * ratio
        half = figure * _half(row["index_value"]) / row["index_value"]
    if figure is not None:
        if of == "numerator":
            return figure - half, figure + half
        return _of_rate(own, float(figure), half)
    events = other["numerator"] if other is not None else None
    if not events or not own["denominator"] or not other or not other["denominator"]:
        return None
    tried = np.arange(1, 20_000, dtype=float)
    ratio_of = (
        tried / events if of == "numerator" else tried / own["denominator"] * other["denominator"] / events
    )
    ratio_of = 1 / ratio_of if is_base else ratio_of
    for name in LIMITS:
        if row[name] is not None:
            side, level = name.split("_")
            spread = np.exp(z_of(_LEVELS[level]) * np.sqrt(1 / tried + 1 / events))
            made = 100 * ratio_of * (spread if side == "upper" else 1 / spread)
            return _matching(tried, made, float(row[name]))
    return None


def _comparison(comparison: pl.DataFrame, rows: dict[tuple, _Row], profile: Profile) -> Iterator[Leak]:
    """A comparison that tells of a withheld figure, or more than what may leave the test."""
    inside = [name for name in comparison.columns if name not in comparisons.PUBLIC]
    for row in comparison.filter(pl.col("lane") == "returned").iter_rows(named=True):
        now = rows.get((row["measure_id"], row["area_code"], row["period"]))
        then = rows.get((row["measure_id"], row["area_code"], row["from_period"]))
        has_inside = any(row[name] is not None for name in inside)
        withheld = [each for each in (now, then) if each is not None and each["status"] == profile.symbol]
        if not withheld:
            if has_inside and now is not None:
                yield Leak("exact_test", (_cell(now, "numerator"),), 0)
            continue
        own = withheld[0]
        cell = _cell(own, "numerator" if own["numerator"] is None else "denominator")
        figure = row["value" if own is now else "from_value"]
        if figure is not None or has_inside:
            yield Leak("comparison", (cell,), 0)
        if row["sentence"] and re.search(r"\d", _PERIOD.sub("", row["sentence"].split(":", 1)[-1])):
            yield Leak("sentence", (cell,), 0)
        is_told = row["verdict"] != Verdict.CANNOT_TELL
        if is_told or row["verdict_reason"] not in comparisons.SAFE_REASONS:
            yield Leak("verdict", (cell,), 0)


def _cell(row: _Row, role: str) -> Cell:
    return Cell(row["measure_id"], role, row["area_code"], row["period"])


def _is_few(found: tuple[float, float], profile: Profile) -> bool:
    return n_left(*found) < profile.width


def _half(value: float) -> float:
    """Half of the last place a number is printed to."""
    digits = f"{value:.{_PLACES}f}".rstrip("0").split(".")[1]
    return 0.5 * 10.0 ** -len(digits)


def _half_steps(returned: pl.DataFrame) -> dict[str, float]:
    """Half of the last place that the values of each measure are printed to: that of the finest of them."""
    steps: dict[str, float] = {}
    for name in ("value", "recomputed_value"):
        for measure, value in returned.select("measure_id", name).drop_nulls().iter_rows():
            steps[measure] = min(steps.get(measure, 0.5), _half(value))
    return steps
