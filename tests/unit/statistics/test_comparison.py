"""A table of figures in, a table of verdicts out: a made-up England of forty authorities."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from dagster_project.statistics import growth
from dagster_project.statistics.comparison import FLOWS, INDEXED, LEAVERS, compare

SEED = Path(__file__).parents[3] / "seeds" / "measures" / "measure.csv"
K = 40
CODES = [f"A{place:02d}" for place in range(K)]
PERIODS = [2014, 2015, 2016]
MEASURES = pa.Table.from_pylist(
    [
        {
            "measure_id": name,
            "measure_name": name,
            "kind": kind,
            "polarity": "none",
            "unit": unit,
            "scale": scale,
            "decimals": 1,
            "period_type": "year_to_31_march",
        }
        for name, kind, unit, scale in (
            ("rate", "flow_count_rate", "per_10000", 10_000.0),
            ("printed", "flow_count_rate", "per_10000", 10_000.0),
            ("share", "proportion", "percent", 100.0),
            ("caseload", "mean", "cases per FTE", 1.0),
            ("cpp_31mar_n", "stock_count", "count", 1.0),
            ("cpp_started_n", "flow_count", "count", 1.0),
            ("M03", "ratio", "percent", 100.0),
        )
    ]
)
AREAS = pa.Table.from_pylist([{"area_code": code, "region_code": "E1"} for code in CODES])
NEIGHBOURS = pa.Table.from_pylist(
    [
        {
            "measure_id": "rate",
            "lane": "published",
            "area_code": "A01",
            "period": period,
            "model_year": model,
            "pooled_value": None,
            "mean_value": value,
            "neighbour_rule": "those_with_data",
            "n_figures": 9,
        }
        for period, model, value in ((2014, 2021, 1.0), (2014, 2025, 30.0), (2015, 2025, 33.0))
    ]
)
BASES = pa.Table.from_pylist([{"measure_id": "rate", "base_period": 2014}])


def row(measure, code, period, value, numerator=None, denominator=None, **others):
    level = "Local authority"
    if code == "ENG" or code.startswith("E1"):
        level = "National" if code == "ENG" else "Regional"
    given = {
        "measure_id": measure,
        "lane": "published",
        "geographic_level": level,
        "area_code": code,
        "area_code_ons": f"E0{code}",
        "area_name": f"Area {code}",
        "is_fictional": False,
        "period": period,
        "period_end": date(period, 3, 31),
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "comparability": "ok",
    }
    return given | others


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(7)
    children = rng.uniform(40_000, 120_000, K).round()
    made = []
    for period in PERIODS:
        counts = rng.poisson(children * 30 / 10_000).astype(float)
        if period == 2016:
            counts[0] *= 4  # the one that does not belong
        for code, count, people in zip(
            [*CODES, "ENG", "E1"],
            [*counts, *[counts.sum()] * 2],
            [*children, *[children.sum()] * 2],
            strict=True,
        ):
            rate = 10_000 * count / people
            made.append(row("rate", code, period, rate, count, people))
            made.append(row("printed", code, period, round(rate, 1), None, people))
            made.append(row("share", code, period, 100 * count / people * 50, count, people / 50))
            made.append(row("M03", code, period, 5000 * count / people, count, people / 50))
            made.append(row("caseload", code, period, 16.5))
            made.append(row("cpp_31mar_n", code, period, 300.0 + 10 * (period - 2014), 300.0))
            made.append(row("cpp_started_n", code, period, 250.0, 250.0))
    return made


def compared(rows, small=()):
    told = compare(pa.Table.from_pylist(rows), MEASURES, BASES, AREAS, small, NEIGHBOURS)
    return pl.from_arrow(told)


@pytest.fixture(scope="module")
def table(rows):
    return compared(rows)


def one(table, measure="rate", code="A01", start=2015, end=2016, comparison="previous", lane="published"):
    found = table.filter(
        measure_id=measure, area_code=code, from_period=start, period=end, comparison=comparison, lane=lane
    )
    assert len(found) == 1
    return found.row(0, named=True)


def changed(rows, change, **where):
    """The rows with one field or more changed where ``where`` holds."""
    return [r | change if all(r[name] == value for name, value in where.items()) else r for r in rows]


def test_a_very_small_authority_is_judged_by_the_others_and_they_not_by_it(rows, table):
    without = compared(rows, small=["A00"])
    assert (one(table)["k"], one(without)["k"]) == (K, K - 1)
    assert one(without, code="A00")["verdict"] == "signal"
    assert one(without)["tau"] <= one(table)["tau"]


def test_each_period_is_set_against_the_one_before_and_against_the_base(table):
    keys = ["measure_id", "lane", "area_code", "period", "comparison", "from_period"]
    assert table.select(keys).is_duplicated().sum() == 0
    pairs = table.filter(measure_id="rate").select("comparison", "from_period", "period").unique().rows()
    assert sorted(pairs) == [
        ("base", 2014, 2015),
        ("base", 2014, 2016),
        ("previous", 2014, 2015),
        ("previous", 2015, 2016),
    ]


def test_who_does_not_belong_is_a_signal_and_nobody_else(table):
    last = table.filter(measure_id="rate", period=2016)
    assert last.filter(verdict="signal")["area_code"].unique().to_list() == ["A00"]


def test_the_test_is_that_of_the_growth_of_counts(table, rows):
    of = {(r["area_code"], r["period"]): r for r in rows if r["measure_id"] == "rate"}
    arrays = [
        [of[code, period][name] for code in CODES]
        for name in ("numerator", "denominator")
        for period in (2015, 2016)
    ]
    family = growth.of_counts(*arrays, years=(2015, 2016))
    told = one(table)
    assert told["p"] == pytest.approx(family.p[1])
    assert told["tau"] == pytest.approx(float(family.tau))
    assert (told["k"], told["df"]) == (40, pytest.approx(23.4))


def test_england_is_shown_with_the_authority_removed(table, rows):
    of = {(r["area_code"], r["period"]): r for r in rows if r["measure_id"] == "rate"}
    rates = [
        (of["ENG", p]["numerator"] - of["A00", p]["numerator"])
        / (of["ENG", p]["denominator"] - of["A00", p]["denominator"])
        for p in (2015, 2016)
    ]
    told = one(table, code="A00")
    assert told["growth_rest_of_england"] == pytest.approx(rates[1] / rates[0])
    assert told["england_value"] == pytest.approx(of["ENG", 2016]["value"])
    assert told["growth_against_rest"] == pytest.approx(told["growth"] / told["growth_rest_of_england"])
    shares = [of[code, 2015]["numerator"] for code in CODES[1:]]
    limits = growth.against_rest(
        *(of["A00", p]["numerator"] for p in (2015, 2016)),
        *(of["ENG", p]["numerator"] - of["A00", p]["numerator"] for p in (2015, 2016)),
        told["tau"] ** 2,
        sum((share / sum(shares)) ** 2 for share in shares),
    )
    assert told["growth_against_rest_upper_95"] / told["growth_against_rest"] == pytest.approx(
        float(limits.upper / limits.value)
    )


def test_the_newest_neighbours_stand_beside_with_their_rule_and_number(table):
    told = one(table, start=2014, end=2015)
    assert (told["neighbour_value"], told["neighbour_from_value"]) == (33.0, 30.0)
    assert (told["neighbour_basis"], told["neighbour_rule"], told["n_neighbours"]) == (
        "mean",
        "those_with_data",
        9,
    )
    assert told["region_value"] == pytest.approx(told["england_value"])


def test_counts_worked_back_from_printed_rates_say_so_and_test_alike(table):
    from_counts, from_rates = one(table), one(table, "printed")
    assert (from_counts["is_worked_back"], from_rates["is_worked_back"]) == (False, True)
    assert from_rates["p"] == pytest.approx(from_counts["p"], abs=0.02)
    assert from_rates["tau"] == pytest.approx(from_counts["tau"], abs=0.02)
    assert from_rates["growth_against_rest_upper_95"] == pytest.approx(
        from_counts["growth_against_rest_upper_95"], rel=0.02
    )


def test_england_and_a_region_are_no_family(table):
    for code in ("ENG", "E1"):
        assert one(table, code=code)["verdict_reason"] == "too_few_authorities"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": None, "numerator": None}, "missing"),
        ({"comparability": "history_lost"}, "break"),
        ({"comparability": "area_changed"}, "break"),
        ({"value": None, "comparability": "base_missing"}, "base_missing"),
        ({"comparability": "year_not_covered"}, "break"),
        ({"value": 0.6, "numerator": 4.0}, "small"),
        ({"denominator": None, "comparability": "population_missing"}, "missing"),
    ],
)
def test_what_cannot_be_told_says_why(rows, change, reason):
    where = {"measure_id": "rate", "area_code": "A01"}
    told = one(
        compared(
            changed(rows, change, **where, period=2015)
            if reason != "small"
            else changed(rows, change, **where)
        )
    )
    assert (told["verdict"], told["verdict_reason"]) == ("cannot_tell", reason)
    assert told["sentence"]


def test_without_a_figure_for_the_base_period_it_is_the_base_that_is_missing(rows):
    told = compared(changed(rows, {"value": None, "numerator": None}, area_code="A01", period=2014))
    assert one(told, start=2014, comparison="base")["verdict_reason"] == "base_missing"
    assert one(told, start=2014, end=2015)["verdict_reason"] == "missing"


def test_without_figures_there_are_no_comparisons_but_the_same_columns(table):
    none = compared([row("rate", "A01", 2014, 30.0, 240.0, 80_000.0)])
    assert len(none) == 0 and none.schema == table.schema


def test_the_measures_named_here_are_in_the_seed_and_of_the_kind_they_must_be():
    kinds = {row["measure_id"]: row["kind"] for row in csv.DictReader(SEED.open(encoding="utf-8"))}
    for stock, flows in FLOWS.items():
        assert kinds[stock].startswith("stock_count")
        assert {kinds[name] for name in flows if name} == {"flow_count"}
    assert {kinds[name] for name in LEAVERS} == {"ratio"}
    assert {(kinds[index], kinds[rate]) for index, rate in INDEXED.items()} == {("index", "flow_count_rate")}


def test_a_kind_without_a_test_is_compared_without_a_verdict(table):
    told = one(table, "caseload")
    assert (told["verdict_reason"], told["p"]) == ("no_test", None)
    assert told["england_value"] == 16.5


def test_turnover_is_tested_as_leavers_over_those_in_post_and_told_from_level_to_level(table):
    turnover, rate = one(table, "M03"), one(table)
    assert turnover["p"] == pytest.approx(rate["p"])
    assert turnover["ordinary_upper"] == pytest.approx(rate["ordinary_upper"] / 2)
    assert "went from" in turnover["sentence"] and "Only a level of" in turnover["sentence"]


def test_a_joint_return_tells_of_neither_authority(rows):
    joint = changed(rows, {"value": None, "numerator": None}, measure_id="share", area_code="A01")
    joint = changed(joint, {"value": None, "numerator": None}, measure_id="share", area_code="A02")
    joint += [row("share", "A01 / A02", period, 15.0, 300.0, 2000.0) for period in PERIODS]
    told = compared(joint)
    for code in ("A01", "A02", "A01 / A02"):
        assert one(told, "share", code)["verdict_reason"] == "joint_return"


def test_too_many_recording_changes_leave_no_verdict_to_anybody(rows):
    for code in CODES[10:17]:
        rows = changed(
            rows, {"comparability": "history_lost"}, measure_id="rate", area_code=code, period=2016
        )
    told = compared(rows)
    assert set(told.filter(measure_id="rate", period=2016)["verdict"]) == {"cannot_tell"}
    assert one(told)["verdict_reason"] == "break"


def test_a_stock_is_tested_by_its_flows(table):
    told = one(table, "cpp_31mar_n", start=2014, end=2015)
    # 250 began and the stock rose by ten, so 240 ended
    assert told["tau"] == 0 and told["verdict"] == "no_signal"
    v = (250 + 240) / (300 * 310)
    assert told["ordinary_upper"] / told["ordinary_lower"] == pytest.approx(
        np.exp(2 * 2.0687 * np.sqrt(v)), rel=1e-3
    )


def test_one_authoritys_own_return_is_judged_by_the_published_family(table, rows):
    own = [
        r | {"lane": "returned"}
        for r in rows
        if r["area_code"] in ("A00", "A01") and r["measure_id"] == "rate"
    ]
    told = compared(rows + own)
    for code in ("A00", "A01"):
        published, returned = one(told, code=code), one(told, code=code, lane="returned")
        assert returned["p"] == pytest.approx(published["p"])
        assert returned["verdict"] == published["verdict"]
        assert returned["k"] == 40
        assert returned["growth_rest_of_england"] == pytest.approx(published["growth_rest_of_england"])
        assert returned["england_value"] == published["england_value"]
    assert one(told)["p"] == one(table)["p"]


def test_an_outsider_needs_as_small_a_p_as_a_first_discovery(rows):
    def of(growth_of_it):
        counts = [900.0, 900.0, 900.0 * growth_of_it]
        made_up = [
            row("rate", "991", period, count / 10, count, 100_000.0, is_fictional=True)
            for period, count in zip(PERIODS, counts, strict=True)
        ]
        return one(compared(rows + made_up), code="991")

    assert of(3.0)["verdict"] == "signal"
    found = [of(step) for step in np.arange(1.1, 1.6, 0.02)]
    # A00 is a discovery of the family, so its own p may be the larger threshold; none beyond is a signal
    allowed = max(0.05 / 41, one(compared(rows), code="A00")["p"])
    assert {told["p"] <= allowed for told in found} == {True, False}
    assert all((told["verdict"] == "signal") == (told["p"] <= allowed) for told in found)


def test_where_one_authority_pulls_england_the_middle_is_told_too(table):
    assert "(the middle authority: " in one(table)["sentence"]
    assert "(the middle authority: " not in one(table, code="A01", start=2014, end=2015)["sentence"]


def test_a_made_up_authority_is_not_in_the_family(table, rows):
    made_up = [row("rate", "991", period, 90.0, 900.0, 100_000.0, is_fictional=True) for period in PERIODS]
    told = compared(rows + made_up)
    assert one(told)["tau"] == one(table)["tau"]
    assert one(told, code="991")["k"] == 40
