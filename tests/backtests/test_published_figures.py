"""The figures that DfE, Cafcass and LAIT printed come out of the release as they went in."""

import csv
import math
from pathlib import Path

import duckdb
import pytest

#: How far a figure may lie from the printed one: half a unit of its last decimal place. M01 is derived from
#: rates printed to one decimal, and its checkpoint is rounded to one decimal too.
TOLERANCE = {"M01": 0.05, "M12": 0.5, "M13": 0.5}
DEFAULT_TOLERANCE = 0.05

with (Path(__file__).parent / "checkpoint.csv").open(encoding="utf-8") as file:
    CHECKPOINTS = list(csv.DictReader(file))


@pytest.fixture(scope="session")
def published(core_dataset: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, int], tuple]:
    rows = core_dataset.execute(
        "select measure_id, area_code, period, value, numerator, denominator, recomputed_value"
        " from outcomes.core_outcome where lane = 'published'"
    ).fetchall()
    return {row[:3]: row[3:] for row in rows}


@pytest.mark.parametrize(
    "row", CHECKPOINTS, ids=lambda row: f"{row['measure_id']}-{row['area_code']}-{row['period']}"
)
def test_a_checkpoint_is_met(row, published):
    value, numerator, denominator, _ = published[row["measure_id"], row["area_code"], int(row["period"])]

    if row["value"]:
        tolerance = TOLERANCE.get(row["measure_id"], DEFAULT_TOLERANCE)
        assert math.isclose(value, float(row["value"]), abs_tol=tolerance + 1e-9)
    if row["numerator"]:
        assert numerator == pytest.approx(float(row["numerator"]), abs=0.05)
    if row["denominator"]:
        assert denominator == pytest.approx(float(row["denominator"]), abs=0.05)


@pytest.mark.parametrize(
    ("measure", "period", "index"),
    [("M05", 2016, 119.6), ("M05", 2017, 133.7), ("M05", 2025, 98.9)],
)
def test_englands_care_application_index_by_printed_rate(measure, period, index, core_dataset):
    found = core_dataset.execute(
        "select round(index_value, 1) from outcomes.core_index where measure_id = ? and period = ?"
        " and area_code = 'ENG' and base_period = 2014 and index_basis = 'rate' and lane = 'published'",
        [measure, period],
    ).fetchall()
    assert found == [(index,)]


def test_count_rate_and_printed_rate_give_three_indices_under_three_names(core_dataset):
    found = core_dataset.execute(
        "select index_basis, round(index_value / 100, 4) from outcomes.core_index where measure_id = 'M05'"
        " and area_code = 'ENG' and period = 2016 and base_period = 2014 and lane = 'published' order by 1"
    ).fetchall()
    assert found == [("count", 1.2044), ("rate", 1.1957), ("rate_from_counts", 1.1919)]


def test_without_a_figure_for_2013_14_the_index_says_base_missing_and_2014_15_stands_apart(core_dataset):
    kensington = core_dataset.execute(
        "select base_period, index_value is null, status, comparability from outcomes.core_index"
        " where measure_id = 'M05' and area_code = '207' and period = 2016 and index_basis = 'rate'"
        " order by base_period"
    ).fetchall()
    assert kensington == [(2014, True, "x", "base_missing"), (2015, False, None, "ok")]


#: Where numerator over denominator does not give the printed figure back, beyond what rounding explains.
#: Measure, levels, first and last period, why.
KNOWN_DIFFERENCES = [
    ("M03", "National, Regional", 2017, 2025, "authorities lacking leavers or stock are left out of both"),
    ("sw_turnover_headcount_pct", "National, Regional", 2022, 2022, "as M03"),
    ("M22", "National, Regional", 2017, 2025, "authorities lacking agency or stock are left out of both"),
    ("M24", "National, Regional", 2017, 2025, "authorities lacking days or stock are left out of both"),
    ("M24", "Local authority", 2019, 2019, "one authority, by 0.0002 more than rounding allows"),
    ("M10", "National, Regional", 2022, 2022, "Yorkshire and The Humber, and so England: not explained"),
    ("M05", "National", 2010, 2017, "Cafcass fixed a population of its own, its year not stated"),
    ("M12", "National, Regional, Local authority", 2015, 2018, "fixed on populations since replaced"),
    ("M13", "National, Regional, Local authority", 2018, 2018, "fixed on populations since replaced"),
    ("cla_ceased_rate_10k", "National, Regional, Local authority", 2018, 2018, "as M13"),
    ("M23", "Local authority", 2023, 2023, "the Isles of Scilly alone: 9.7 printed, 10.0 from its parts"),
]


#: By how much a printed count may be off from rounding alone.
ROUNDING = """case
    when measure.return_id = 'csww' then 0.05
    when geographic_level <> 'Local authority' then 5
    when measure_id in ('M14', 'M19') and period <= 2017 then 2.5
    else 0
end"""


def test_every_printed_figure_is_its_numerator_over_its_denominator(core_dataset):
    """Within half a unit of the last printed place, and what rounding does to numerator and denominator.

    Counts of England and the regions are printed to the nearest 10; counts of authorities as they are, but
    to the nearest 5 in LAIT's tables of placements and care leavers up to 2017; FTE to one decimal.
    """
    core_dataset.execute("create temp table known_difference (m text, levels text, f int, l int, why text)")
    core_dataset.executemany("insert into known_difference values (?, ?, ?, ?, ?)", KNOWN_DIFFERENCES)
    beyond = core_dataset.execute(
        f"""
        with printed as (
            select
                figure.*,
                measure.decimals,
                measure.scale,
                {ROUNDING} as rounding
            from outcomes.core_outcome as figure
            join meta.measure as measure using (measure_id)
            where lane = 'published' and value_basis = 'printed' and recomputed_value is not null
        )

        select measure_id, area_code, period, value, recomputed_value
        from printed
        where
            abs(value - recomputed_value)
            > 0.5 * power(10, -decimals)
            + scale * rounding * (1 + numerator / denominator) / greatest(denominator - rounding, 1)
            + 1e-6
            and not exists (
                from known_difference
                where m = measure_id and contains(levels, geographic_level) and period between f and l
            )
        order by all
        """
    ).fetchall()
    assert beyond == []


#: Shares of printed rates that their own printed parts give back, by family, in percent: exactly (rounded as
#: printed) and within what rounding of the parts explains. Each is what was measured, a little below.
FAMILIES = {
    "cin": ("children in need", 98.9, 99.9),
    "ssda903": ("looked after", 90.1, 94.7),
    "cafcass": ("care applications", 60.0, 60.0),  # five years of England, the only counts printed
    "csww": ("workforce", 96.4, 99.7),
}


def test_the_share_of_printed_rates_that_their_parts_give_back_has_not_fallen(core_dataset, capsys):
    """Groups of authorities are left out: nobody prints their rates."""
    rows = core_dataset.execute(
        f"""
        with printed as (
            select
                measure.return_id,
                figure.value,
                figure.recomputed_value,
                measure.decimals,
                measure.scale,
                figure.numerator,
                figure.denominator,
                {ROUNDING} as rounding
            from outcomes.core_outcome as figure
            join meta.measure as measure using (measure_id)
            where
                lane = 'published' and value_basis = 'printed' and measure.unit <> 'count'
                and figure.recomputed_value is not null and geographic_level <> 'Local authority group'
        )

        select
            return_id,
            count(*),
            100 * avg(case when abs(round(recomputed_value, decimals) - value) < 1e-6 then 1 else 0 end),
            100 * avg(case
                when
                    abs(value - recomputed_value)
                    <= 0.5 * power(10, -decimals)
                    + scale * rounding * (1 + numerator / denominator) / greatest(denominator - rounding, 1)
                    + 1e-6
                    then 1 else 0
            end)
        from printed
        group by return_id
        """
    ).fetchall()
    found = {return_id: (n, exact, within) for return_id, n, exact, within in rows}
    with capsys.disabled():
        print("\nPrinted rates that their printed parts give back:")
        for return_id, (name, _, _) in FAMILIES.items():
            n, exact, within = found[return_id]
            print(f"  {name:<18} {n:>6,} rates  {exact:5.1f}% exactly  {within:5.1f}% within rounding")
    assert set(found) == set(FAMILIES)
    for return_id, (_, least_exact, least_within) in FAMILIES.items():
        assert found[return_id][1] >= least_exact
        assert found[return_id][2] >= least_within
