"""The last columns of a comparison: what is ordinary, what would be seen, and the sentence."""

from typing import Any

import numpy as np
import polars as pl
from scipy.special import expit, logit

from dagster_project.statistics.sentence import Change, Measure, sentence
from dagster_project.statistics.verdict import ordinary_range, smallest_detectable_change

#: Columns of a comparison, in their order.
SCHEMA = pl.Schema(
    {
        "measure_id": pl.String,
        "lane": pl.String,
        "geographic_level": pl.String,
        "area_code": pl.String,
        "area_code_ons": pl.String,
        "area_name": pl.String,
        "is_fictional": pl.Boolean,
        "period": pl.Int32,
        "period_end": pl.Date,
        "comparison": pl.String,
        "from_period": pl.Int32,
        "value": pl.Float64,
        "from_value": pl.Float64,
        "is_worked_back": pl.Boolean,
        "england_value": pl.Float64,
        "england_from_value": pl.Float64,
        "region_code": pl.String,
        "region_value": pl.Float64,
        "region_from_value": pl.Float64,
        "neighbour_value": pl.Float64,
        "neighbour_from_value": pl.Float64,
        "neighbour_basis": pl.String,
        "neighbour_rule": pl.String,
        "n_neighbours": pl.Int32,
        "growth": pl.Float64,
        "growth_rest_of_england": pl.Float64,
        "growth_against_rest": pl.Float64,
        "growth_against_rest_lower_95": pl.Float64,
        "growth_against_rest_upper_95": pl.Float64,
        "middle_growth": pl.Float64,
        "tau": pl.Float64,
        "k": pl.Int32,
        "df": pl.Float64,
        "ordinary_lower": pl.Float64,
        "ordinary_upper": pl.Float64,
        "p": pl.Float64,
        "verdict": pl.String,
        "verdict_reason": pl.String,
        "smallest_detectable_change": pl.Float64,
        "sentence": pl.String,
    }
)
_ENDS = {"at_31_march": "31 March", "at_30_september": "30 September"}


def told(table: pl.DataFrame, measure: dict[str, Any], *, is_of_odds: bool) -> pl.DataFrame:
    """``table`` of one measure with its last columns, in order.

    ``measure`` is its row of the seed; ``is_of_odds`` says that its growth was tested as that of odds.
    """
    words = Measure(
        measure["measure_name"].rstrip("."),
        measure["unit"],
        measure["polarity"],
        int(measure["decimals"] or 0),
    )
    scale = float(measure["scale"] or 1)
    before, middle = table["from_value"].to_numpy(), table["middle_growth"].to_numpy()
    v, tau2, df = table["chance_variance"].to_numpy(), table["tau"].to_numpy() ** 2, table["df"].to_numpy()
    ordinary = ordinary_range(middle, v, tau2, df)
    seen = smallest_detectable_change(v, tau2)
    factor = np.where(table["z"].to_numpy() >= 0, seen.upper, seen.lower)

    def level(times: Any) -> Any:
        """What the figure would be if its rate, or of a share its odds, had grown so many times."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if not is_of_odds:
                return before * times
            return scale * expit(logit(before / scale) + np.log(times))

    rest = table["growth_rest_of_england"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        is_apart = np.abs(np.log(rest) - np.log(middle)) > table["tau"].to_numpy() / 2
    asked = {
        "before": before,
        "after": table["value"].to_numpy(),
        "rest_before": table["england_from_value"].to_numpy(),
        "rest_after": table["england_from_value"].to_numpy() * rest,
        "middle": np.where(is_apart, level(middle), np.nan),
        "lower": level(ordinary.lower),
        "upper": level(ordinary.upper),
        "detectable": level(middle * factor),
        "k": table["k"].to_numpy(),
    }
    columns = [np.asarray(values, dtype=float).tolist() for values in asked.values()]
    name = {each: named(each, measure) for each in {*table["from_period"], *table["period"]}}
    spans = zip(table["from_period"].to_list(), table["period"].to_list(), strict=True)
    verdicts = zip(table["verdict"].to_list(), table["verdict_reason"].to_list(), strict=True)
    sentences = [
        sentence(words, Change(name[since], name[until], *numbers), verdict, reason)
        for (since, until), (verdict, reason), *numbers in zip(spans, verdicts, *columns, strict=True)
    ]
    return (
        table.with_columns(
            growth_against_rest=pl.col("growth") / pl.col("growth_rest_of_england"),
            ordinary_lower=pl.Series(asked["lower"]),
            ordinary_upper=pl.Series(asked["upper"]),
            smallest_detectable_change=pl.Series(factor),
            verdict_reason=pl.col("verdict_reason").replace("", None),
            sentence=pl.Series(sentences),
        )
        .with_columns(pl.col(pl.Float64).fill_nan(None))
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )


def named(period: int, measure: dict[str, Any]) -> str:
    """A period in words: 2013-14, or 31 March 2014; ``measure`` is its row of the seed."""
    ends = _ENDS.get(measure["period_type"])
    return f"{ends} {period}" if ends else f"{period - 1}-{period % 100:02d}"
