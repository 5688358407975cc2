"""Rates, percentages, limits and indices of the published figures: nothing exact is behind them."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pyarrow as pa

from dagster_project.dictionary.reading import rows
from dagster_project.release.disclosure.cells import measures
from dagster_project.release.disclosure.profiles import Profile, nearest
from dagster_project.statistics import intervals
from dagster_project.statistics.arrays import Flags, Floats, floats, z_of

Tables = Mapping[str, pa.Table]

_COUNT_RATES = ("flow_count_rate", "stock_count_rate")
_LEVELS = {"95": intervals.DESCRIBE, "998": intervals.ALERT}
LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
#: What marks a row in ``disclosure``.
WITHHELD, ROUNDED = "withheld", "rounded"


def frame_of(table: pa.Table) -> pl.DataFrame:
    """An Arrow table as a frame."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def table_of(frame: pl.DataFrame, like: pa.Table) -> pa.Table:
    """A frame with the columns and types of an Arrow table, and ``disclosure`` after them."""
    names = [*like.column_names, "disclosure"]
    schema = like.schema.append(pa.field("disclosure", pa.string()))
    return frame.select(names).to_arrow().cast(schema)


def marked(table: pa.Table) -> pa.Table:
    """A table of which nothing is withheld."""
    return table.append_column("disclosure", pa.nulls(len(table), pa.string()))


def outcome(returned: pl.DataFrame, by_role: Mapping[str, Floats], profile: Profile) -> pl.DataFrame:
    """``core_outcome`` of the returned lane with its public counts, and what follows from them."""
    before = {role: numbers(returned, role) for role in by_role}
    is_withheld = np.zeros(len(returned), dtype=bool)
    is_rounded = np.zeros(len(returned), dtype=bool)
    for role, public in by_role.items():
        is_withheld |= np.isnan(public) & np.isfinite(before[role])
        is_rounded |= np.isfinite(public) & (public != before[role])
    numerator, denominator = by_role["numerator"], by_role["denominator"]
    had = np.isfinite(numbers(returned, "value"))
    value = rate(returned, numerator, denominator, profile)
    value = np.where(had & ~is_withheld, value, np.nan)
    limits, method = _limits(returned, numerator, denominator)
    has_limits = np.isfinite(numbers(returned, "upper_95")) & np.isfinite(value)
    return returned.with_columns(
        numerator=_column(numerator),
        denominator=_column(denominator),
        value=_column(value),
        recomputed_value=_column(value),
        value_basis=pl.when(pl.Series(np.isfinite(value))).then(pl.col("value_basis")),
        **{name: _column(np.where(has_limits, each, np.nan)) for name, each in limits.items()},
        interval_method=pl.when(pl.Series(has_limits)).then(pl.Series(method, dtype=pl.String)),
        status=pl.when(pl.Series(is_withheld)).then(pl.lit(profile.symbol)).otherwise(pl.col("status")),
        disclosure=_mark(is_withheld, is_rounded),
    )


def rate(frame: pl.DataFrame, numerator: Floats, denominator: Floats, profile: Profile) -> Floats:
    """``scale * numerator / denominator`` with the decimals of the profile; nan of nothing."""
    told = [measures()[measure] for measure in frame["measure_id"]]
    scale = np.array([float(row["scale"] or 1) for row in told])
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(denominator > 0, scale * numerator / denominator, np.nan)
    steps = [profile.decimals(row["unit"]) for row in told]
    step = np.array([10.0**-places if places is not None else np.nan for places in steps])
    return np.where(np.isnan(step), value, nearest(value, np.where(np.isnan(step), 1.0, step)))


def indexed(
    outcome: pl.DataFrame, index: pl.DataFrame, profile: Profile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``core_index`` worked out from the public figures, and ``outcome`` with the index M01 taken from it."""
    is_returned = index["lane"] == "returned"
    table = _index(index.filter(is_returned), outcome, profile)
    keys = ["measure_id", "lane", "area_code", "period"]
    main = _main_index(table)
    taken = outcome.join(main, on=keys, how="left", maintain_order="left")
    is_index = taken["measure_id"].is_in(
        [name for name, each in measures().items() if each["kind"] == "index"]
    )
    own = {name.removeprefix("of_"): pl.col(name) for name in main.columns if name.startswith("of_")}
    taken = taken.with_columns(
        **{name: pl.when(is_index).then(of).otherwise(pl.col(name)) for name, of in own.items()}
    ).select(outcome.columns)
    rest = index.filter(~is_returned).with_columns(disclosure=pl.lit(None, pl.String))
    return taken, pl.concat([table, rest])


def _main_index(table: pl.DataFrame) -> pl.DataFrame:
    """The rows of the index that M01 is: of M05 by rate, to its main base."""
    main = [
        int(row["base_period"])
        for row in rows("measures/index_base.csv")
        if row["measure_id"] == "M05" and row["is_main"] == "true"
    ]
    chosen = table.filter(
        pl.col("measure_id") == "M05", pl.col("index_basis") == "rate", pl.col("base_period").is_in(main)
    )
    return chosen.select(
        pl.lit("M01").alias("measure_id"),
        "lane",
        "area_code",
        "period",
        of_numerator="value",
        of_denominator="base_value",
        of_value="index_value",
        of_recomputed_value="index_value",
        of_value_basis=pl.when(pl.col("index_value").is_not_null()).then(pl.lit("computed")),
        of_status="status",
        of_interval_method="interval_method",
        of_disclosure="disclosure",
        **{f"of_{name}": pl.col(name) for name in LIMITS},
    )


def _index(index: pl.DataFrame, outcome: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    keys = ["measure_id", "lane", "area_code"]
    parts = ["numerator", "denominator", "value", "recomputed_value", "status", "disclosure"]
    now = outcome.select(*keys, "period", *(pl.col(part).alias(f"now_{part}") for part in parts))
    then = outcome.select(
        *keys,
        base_period="period",
        **{f"base_{part}": pl.col(part) for part in parts if part != "value"},
        base_of_value="value",
    )
    both = index.join(now, on=[*keys, "period"], how="left", maintain_order="left")
    both = both.join(then, on=[*keys, "base_period"], how="left", maintain_order="left")
    basis = both["index_basis"]
    later = {"rate": "now_value", "rate_from_counts": "now_recomputed_value", "count": "now_numerator"}
    base = {"rate": "base_of_value", "rate_from_counts": "base_recomputed_value", "count": "base_numerator"}
    value = np.select(
        [(basis == each).to_numpy() for each in later], [numbers(both, n) for n in later.values()]
    )
    of = np.select([(basis == each).to_numpy() for each in base], [numbers(both, n) for n in base.values()])
    had, had_base = np.isfinite(numbers(both, "value")), np.isfinite(numbers(both, "base_value"))
    value, of = np.where(had, value, np.nan), np.where(had_base, of, np.nan)
    is_withheld = (had & np.isnan(value)) | (had_base & np.isnan(of))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(of > 0, 100 * value / of, np.nan)
    limits = _index_limits(both, ratio)
    has_limits = np.isfinite(numbers(both, "upper_95")) & np.isfinite(limits["upper_95"])
    is_rounded = np.zeros(len(both), dtype=bool)
    for name in ("now_disclosure", "base_disclosure"):
        is_rounded |= (both[name] == ROUNDED).fill_null(False).to_numpy()
    return both.with_columns(
        value=_column(value),
        base_value=_column(of),
        index_value=_column(ratio),
        **{name: _column(np.where(has_limits, each, np.nan)) for name, each in limits.items()},
        interval_method=pl.when(pl.Series(has_limits)).then(pl.lit("log_ratio")),
        status=pl.when(pl.Series(is_withheld)).then(pl.lit(profile.symbol)).otherwise(pl.col("status")),
        disclosure=_mark(is_withheld, is_rounded),
    ).select(*index.columns, "disclosure")


def _limits(
    frame: pl.DataFrame, numerator: Floats, denominator: Floats
) -> tuple[dict[str, Floats], list[str | None]]:
    """Limits of rates of counts and of shares, as ``core_outcome`` has them; by which method."""
    told = [measures()[measure] for measure in frame["measure_id"]]
    kind = np.array([row["kind"] for row in told])
    scale = np.array([float(row["scale"] or 1) for row in told])
    is_rate, is_share = np.isin(kind, _COUNT_RATES), kind == "proportion"
    limits = {}
    for name, level in _LEVELS.items():
        of_rate = intervals.rate(numerator, denominator, 1.0, level)
        of_share = intervals.wilson(numerator, denominator, level)
        for side, rates, shares in zip(("lower", "upper"), of_rate, of_share, strict=True):
            limits[f"{side}_{name}"] = scale * np.select([is_rate, is_share], [rates, shares], np.nan)
    few = np.where(numerator < intervals.FEW, "exact_poisson", "byar")
    method = np.select([is_rate, is_share], [few, "wilson"], "")
    return limits, [str(each) or None for each in method]


def _index_limits(both: pl.DataFrame, ratio: Floats) -> dict[str, Floats]:
    """Limits of the log of the ratio, from ten published events on either side; below, none are told."""
    kinds = np.array([measures()[measure]["kind"] for measure in both["measure_id"]])
    x, base = numbers(both, "now_numerator"), numbers(both, "base_numerator")
    n, base_n = numbers(both, "now_denominator"), numbers(both, "base_denominator")
    enough: Flags = (x >= intervals.FEW) & (base >= intervals.FEW)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_shares = np.where(kinds == "proportion", 1 / n + 1 / base_n, 0.0)
        error = np.sqrt(np.maximum(1 / x + 1 / base - of_shares, 0))
    of_kind = np.isin(kinds, (*_COUNT_RATES, "proportion"))
    holds = enough & of_kind & (both["period"] != both["base_period"]).to_numpy()
    limits = {}
    for name, level in _LEVELS.items():
        spread = np.where(holds, np.exp(z_of(level) * error), np.nan)
        limits[f"lower_{name}"], limits[f"upper_{name}"] = ratio / spread, ratio * spread
    return limits


def _mark(is_withheld: Flags, is_rounded: Flags) -> pl.Series:
    words = np.select([is_withheld, is_rounded], [WITHHELD, ROUNDED], "")
    return pl.Series([str(word) or None for word in words], dtype=pl.String)


def numbers(frame: pl.DataFrame, column: str) -> Floats:
    """A column as floats; nan is null."""
    return floats(frame[column].cast(pl.Float64).fill_null(np.nan).to_numpy())


def _column(values: Floats) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)
