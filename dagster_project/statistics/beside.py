"""What stands beside a figure: the rest of England, England, its region, its neighbours."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dagster_project.statistics import growth
from dagster_project.statistics.arrays import Floats, positive
from dagster_project.statistics.panel import Panel


def of_rest(panel: Panel, england: Panel, pairs: NDArray[np.int64], tau2: Floats | None) -> dict[str, Floats]:
    """Growth of each area, of the rest of England with it removed, and of the one against the other.

    As factors, each of shape (pairs, areas). Without counts the rest is England, the area in it.

    Args:
        panel: the areas' figures.
        england: the panel in which England stands: the published one, also for figures returned.
        pairs: places of the earlier and the later period in ``panel``.
        tau2: of each pair, for the limits; None for what is no count, which has none.
    """
    start, end = pairs[:, 0], pairs[:, 1]
    own = panel.value[end] / positive(panel.value[start])
    nothing = np.full(own.shape, np.nan)
    told = {"growth": own, "growth_rest_of_england": nothing}
    told |= {"growth_against_rest_lower_95": nothing, "growth_against_rest_upper_95": nothing}
    if "National" not in england.levels:
        return told
    value, events, exposure = (
        england.national(matrix, panel.periods)[:, np.newaxis]
        for matrix in (england.value, england.numerator, england.exposure)
    )
    x, n = (panel.numerator[start], panel.numerator[end]), (panel.exposure[start], panel.exposure[end])
    # what is not known in both years stays in England in both
    is_part = panel.is_local & ~panel.is_fictional & np.isfinite(x[0] + x[1] + n[0] + n[1])
    rest = [
        events[at] - np.where(is_part, own_events, 0.0)
        for at, own_events in zip((start, end), x, strict=True)
    ]
    people = [
        np.where(exposure[at] == 1, 1.0, positive(exposure[at] - np.where(is_part, own_people, 0.0)))
        for at, own_people in zip((start, end), n, strict=True)
    ]
    of_rates = (rest[1] / people[1]) / positive(rest[0] / people[0])
    whole = value[end] / positive(value[start])
    told["growth_rest_of_england"] = np.where(np.isfinite(of_rates), of_rates, whole)
    if tau2 is not None:
        members = np.where(panel.levels == "Local authority", x[0], np.nan)
        squares = np.nansum(members**2, axis=1, keepdims=True) - np.nan_to_num(members) ** 2
        shares = squares / positive(rest[0]) ** 2
        limits = growth.against_rest(x[0], x[1], rest[0], rest[1], tau2[:, np.newaxis], shares)
        spread = np.where(panel.is_local, limits.upper / limits.value, np.nan)
        against = own / told["growth_rest_of_england"]
        told["growth_against_rest_lower_95"] = against / spread
        told["growth_against_rest_upper_95"] = against * spread
    return told


class Beside:
    """England's, the region's and the neighbours' figures, to stand beside an area's own.

    England and its regions are as published, also beside what is returned: no return is of all England.
    """

    def __init__(self, figures: pl.DataFrame, areas: pl.DataFrame, neighbours: pl.DataFrame):
        keys = ["measure_id", "lane", "period"]
        whole = figures.filter(pl.col("lane") == "published")
        self._figures = whole.select("measure_id", "period", "area_code", "value")
        self._regions = areas.select("area_code", "region_code").unique("area_code")
        self._neighbours = (
            neighbours.cast({"period": pl.Int64})
            .sort("model_year")
            .unique(["measure_id", "lane", "area_code", "period"], keep="last")
            .select(
                *keys,
                "area_code",
                neighbour_value=pl.coalesce("pooled_value", "mean_value"),
                neighbour_basis=pl.when(pl.col("pooled_value").is_not_null())
                .then(pl.lit("pooled"))
                .when(pl.col("mean_value").is_not_null())
                .then(pl.lit("mean")),
                neighbour_rule="neighbour_rule",
                n_neighbours=pl.col("n_figures"),
            )
        )

    def join(self, table: pl.DataFrame) -> pl.DataFrame:
        """``table`` with the others' values in both periods."""
        told = table.join(self._regions, on="area_code", how="left").with_columns(england_code=pl.lit("ENG"))
        for name, code in (("england", "england_code"), ("region", "region_code")):
            told = self._with_values(told, name, code)
        keys = ["measure_id", "lane", "area_code", "period"]
        told = told.join(self._neighbours, on=keys, how="left")
        earlier = self._neighbours.select(
            *keys[:3], from_period="period", neighbour_from_value="neighbour_value"
        )
        return told.join(earlier, on=[*keys[:3], "from_period"], how="left").drop("england_code")

    def _with_values(self, table: pl.DataFrame, name: str, code: str) -> pl.DataFrame:
        for period, column in (("period", f"{name}_value"), ("from_period", f"{name}_from_value")):
            theirs = self._figures.rename({"value": column, "area_code": code, "period": period})
            table = table.join(theirs, on=["measure_id", code, period], how="left")
        return table
