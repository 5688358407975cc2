"""The limits in the release agree with scipy's, which works them out another way."""

import csv
from pathlib import Path

import duckdb
import pytest
from scipy.stats import binomtest, chi2

ROOT = Path(__file__).parents[2]


def exact_poisson(events: float, level: float) -> tuple[float, float]:
    """Exact limits of a Poisson mean, from the chi-squared distribution."""
    tail = (1 - level) / 2
    lower = chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    return lower, chi2.ppf(1 - tail, 2 * events + 2) / 2


def test_the_exact_limits_of_the_seed_are_scipys():
    with (ROOT / "seeds" / "measures" / "exact_poisson_limit.csv").open(encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    assert [row["events"] for row in rows] == list(range(10))
    for row in rows:
        assert (row["lower_95"], row["upper_95"]) == pytest.approx(exact_poisson(row["events"], 0.95))
        assert (row["lower_998"], row["upper_998"]) == pytest.approx(exact_poisson(row["events"], 0.998))


def sample(connection: duckdb.DuckDBPyConnection, method: str) -> list[tuple]:
    """Some hundred figures with an interval made by ``method``, spread over the whole table."""
    rows = connection.execute(
        "select numerator, denominator, value, lower_95, upper_95, lower_998, upper_998, unit"
        " from outcomes.core_outcome where interval_method = ?"
        " order by hash(measure_id || lane || area_code || period) limit 300",
        [method],
    ).fetchall()
    assert len(rows) > 100
    return rows


@pytest.mark.parametrize(("method", "tolerance"), [("exact_poisson", 1e-6), ("byar", 2e-3)])
def test_limits_of_counts_and_rates_are_the_exact_ones_or_as_near_as_byars_come(
    method, tolerance, core_dataset
):
    for events, out_of, _, lower_95, upper_95, lower_998, upper_998, unit in sample(core_dataset, method):
        per_event = 1 if unit == "count" else 10_000 / out_of
        exact = [limit * per_event for level in (0.95, 0.998) for limit in exact_poisson(events, level)]
        # Byar's lower limit at 99.8% is the least exact: 1.4% off at ten events, and soon much less
        allowed = tolerance if method == "exact_poisson" or events > 50 else 0.02
        assert [lower_95, upper_95, lower_998, upper_998] == pytest.approx(exact, rel=allowed)


def test_limits_of_shares_are_wilsons(core_dataset):
    for count, out_of, _, lower_95, upper_95, lower_998, upper_998, _ in sample(core_dataset, "wilson"):
        for level, lower, upper in ((0.95, lower_95, upper_95), (0.998, lower_998, upper_998)):
            share = binomtest(round(count), round(out_of)).proportion_ci(level, method="wilson")
            assert (lower, upper) == pytest.approx((100 * share.low, 100 * share.high), abs=1e-4)


def test_an_interval_holds_the_figure_it_is_about(core_dataset):
    outside = core_dataset.execute(
        "select count(*) from outcomes.core_outcome where interval_method is not null"
        " and not recomputed_value between lower_95 - 1e-9 and upper_95 + 1e-9 and measure_id <> 'M01'"
    ).fetchone()
    assert outside == (0,)


def test_what_has_no_figure_has_no_interval_and_amounts_of_fte_have_none(core_dataset):
    assert core_dataset.execute(
        "select count(*) from outcomes.core_outcome where value is null and lower_95 is not null"
    ).fetchone() == (0,)
    assert core_dataset.execute(
        "select count(interval_method) from outcomes.core_outcome where measure_id in ('M03', 'M21', 'M23')"
    ).fetchone() == (0,)
