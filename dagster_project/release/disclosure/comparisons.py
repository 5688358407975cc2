"""What leaves of a comparison: the verdict, its reason, and a sentence made from public numbers.

The test itself uses exact counts and stays inside, with all that it gives: growth, limits, tau, p.
"""

import math

import polars as pl

from dagster_project.release.disclosure.cells import measures
from dagster_project.release.disclosure.profiles import Profile
from dagster_project.release.disclosure.recomputed import WITHHELD
from dagster_project.statistics import sentence
from dagster_project.statistics.sentence import Change, Measure
from dagster_project.statistics.telling import named
from dagster_project.statistics.verdict import Reason, Verdict

#: What is said of every area of its kind, or is printed: all else rests on exact counts.
PUBLIC = (
    "measure_id",
    "lane",
    "geographic_level",
    "area_code",
    "area_code_ons",
    "area_name",
    "is_fictional",
    "period",
    "period_end",
    "comparison",
    "from_period",
    "value",
    "from_value",
    "region_code",
    "verdict",
    "verdict_reason",
    "sentence",
    "disclosure",
)
#: Reasons that do not depend on how large a figure is.
SAFE_REASONS = (Reason.NO_TEST, Reason.JOINT_RETURN, Reason.BASE_MISSING, Reason.BREAK, Reason.MISSING)


def public(comparison: pl.DataFrame, outcome: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """``core_comparison`` with the figures of the public ``outcome`` and nothing that is not public.

    Of a withheld figure nothing can be told: that a verdict was reached, or not for its being small, would
    say how large it is.
    """
    is_returned = comparison["lane"] == "returned"
    keys = ["measure_id", "lane", "area_code"]
    now = outcome.select(*keys, "period", now_value="value", now_is="disclosure")
    then = outcome.select(*keys, from_period="period", then_value="value", then_is="disclosure")
    both = comparison.filter(is_returned).join(now, on=[*keys, "period"], how="left", maintain_order="left")
    both = both.join(then, on=[*keys, "from_period"], how="left", maintain_order="left")
    is_withheld = (pl.col("now_is").eq_missing(WITHHELD)) | (pl.col("then_is").eq_missing(WITHHELD))
    is_safe = pl.col("verdict_reason").is_in([str(each) for each in SAFE_REASONS]).fill_null(False)
    told = both.with_columns(
        value=pl.col("now_value"),
        from_value=pl.col("then_value"),
        disclosure=pl.when(is_withheld).then(pl.lit(WITHHELD)).otherwise(pl.coalesce("now_is", "then_is")),
        verdict=pl.when(is_withheld).then(pl.lit(str(Verdict.CANNOT_TELL))).otherwise(pl.col("verdict")),
        verdict_reason=pl.when(is_withheld & ~is_safe)
        .then(pl.lit(str(Reason.MISSING)))
        .otherwise(pl.col("verdict_reason")),
    )
    told = told.with_columns(
        sentence=pl.Series([_sentence(row, profile) for row in told.iter_rows(named=True)], dtype=pl.String),
        **{name: pl.lit(None, kind) for name, kind in comparison.schema.items() if name not in PUBLIC},
    ).select(*comparison.columns, "disclosure")
    rest = comparison.filter(~is_returned).with_columns(disclosure=pl.lit(None, pl.String))
    return pl.concat([told, rest])


def _sentence(row: dict, profile: Profile) -> str:
    """The verdict in words, from the two public figures alone."""
    measure = measures()[row["measure_id"]]
    places = profile.decimals(measure["unit"])
    words = Measure(
        measure["measure_name"].rstrip("."),
        measure["unit"],
        measure["polarity"],
        int(measure["decimals"] or 0) if places is None else places,
    )
    before, after = (math.nan if row[name] is None else row[name] for name in ("from_value", "value"))
    if row["disclosure"] == WITHHELD:
        before = after = math.nan
    since, until = (named(row[name], measure) for name in ("from_period", "period"))
    return sentence.brief(words, Change(since, until, before, after), row["verdict"], row["verdict_reason"])
