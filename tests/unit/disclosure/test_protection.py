"""What is withheld, rounded and worked out anew, on worked examples and on random tables."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.release.disclosure import attack, disclosed, profile, profiles, protect
from dagster_project.release.disclosure.refused import true_leaks
from dagster_project.release.errors import ReleaseBlocked
from dagster_project.statistics import intervals

DFE = profile("dfe_cin")
AREAS = ["991", "992", "993", "994", "995", "996"]


def outcome(public, measure="M06", period=2024):
    frame = pl.from_arrow(public["core_outcome"])
    rows = frame.filter(pl.col("measure_id") == measure, pl.col("period") == period).to_dicts()
    return {row["area_code"]: row for row in rows}


def with_total(measure, numerators, denominators, period=2024):
    """Six authorities and what they add up to."""
    pairs = zip(AREAS, numerators, denominators, strict=True)
    rows = [(measure, area, period, float(n), float(d)) for area, n, d in pairs]
    return [*rows, (measure, "FIC", period, float(sum(numerators)), float(sum(denominators)))]


def test_a_small_count_is_withheld_with_all_that_follows_from_it(made):
    row = outcome(protect(made([("M06", "991", 2024, 3.0, 20_000.0)]), DFE).tables)["991"]
    names = ("numerator", "value", "recomputed_value", "lower_95", "upper_998", "interval_method")
    assert [row[name] for name in names] == [None] * 6
    assert (row["status"], row["disclosure"], row["denominator"]) == ("c", "withheld", 20_000.0)


def test_a_true_nought_stays_where_the_profile_shows_it(made):
    tables = made([("M06", "991", 2024, 0.0, 20_000.0)])
    assert outcome(protect(tables, DFE).tables)["991"]["value"] == 0
    assert outcome(protect(tables, profile("opensafely")).tables)["991"]["status"] == "c"


def test_all_but_a_few_is_withheld_as_the_few_are(made):
    row = outcome(protect(made([("M02", "991", 2024, 97.0, 100.0)]), DFE).tables, "M02")["991"]
    assert (row["numerator"], row["denominator"], row["value"]) == (None, 100.0, None)


def test_none_of_a_small_number_is_shown_as_none_and_the_small_number_is_not(made):
    public = protect(made(with_total("M11", [0] * 6, [3, 4, 2, 9, 5, 8])), DFE).tables
    row = outcome(public, "M11")["991"]
    assert (row["numerator"], row["denominator"], row["value"]) == (0.0, None, None)
    assert attack(public, DFE) == []


def test_a_count_is_withheld_under_every_measure_it_stands_in(made):
    rows = [("M12", "991", 2024, 4.0, 20_000.0), ("M14", "991", 2024, 0.0, 4.0)]
    public = protect(made(rows), DFE).tables
    assert outcome(public, "M12")["991"]["numerator"] is None
    assert outcome(public, "M14")["991"]["denominator"] is None


def test_a_second_count_is_withheld_where_the_total_is_exact_and_none_where_rounding_is_enough(made):
    figures = with_total("M06", [3, 20, 30, 40, 50, 63], [20_000] * 6)
    exact = replace(DFE, round_region=1)
    assert protect(made(figures), exact).n_secondary == 1
    withheld = [
        row["area_code"] for row in outcome(protect(made(figures), exact).tables).values() if row["status"]
    ]
    assert withheld == ["991", "992"]
    assert protect(made(figures), DFE).n_secondary == 0


def test_figures_follow_from_the_rounded_counts(made):
    figures = with_total("M06", [13, 20, 30, 40, 50, 61], [20_000] * 6)
    total = outcome(protect(made(figures), DFE).tables)["FIC"]
    assert (total["numerator"], total["value"], total["disclosure"]) == (210.0, 17.5, "rounded")
    assert total["lower_95"] == pytest.approx(float(intervals.rate(210, 120_000).lower))


def test_summed_totals_are_the_sums_of_their_rounded_parts_and_go_with_any_of_them(made):
    shown = with_total("M06", [13, 22, 33, 44, 52, 61], [20_000] * 6)
    rows = outcome(protect(made(shown), profile("opensafely")).tables)
    assert rows["FIC"]["numerator"] == sum(rows[area]["numerator"] for area in AREAS)
    withheld = with_total("M06", [3, 22, 33, 44, 52, 61], [20_000] * 6)
    assert outcome(protect(made(withheld), profile("opensafely")).tables)["FIC"]["status"] == "c"


def test_the_published_lane_passes_as_it_is(made):
    row = {
        "measure_id": "M06",
        "lane": "published",
        "geographic_level": "Local authority",
        "area_code": "302",
    }
    row |= {"period": 2024, "numerator": 3.0, "denominator": 123.0, "value": 1.23456, "status": None}
    assert outcome(protect(made([row]), DFE).tables)["302"].items() >= row.items()


def test_nothing_is_withheld_inside(made):
    tables = made([("M06", "991", 2024, 3.0, 20_000.0)])
    public = protect(tables, profile("internal")).tables
    assert public["core_outcome"].drop_columns(["disclosure"]).equals(tables["core_outcome"])


def test_an_index_is_made_from_public_figures_and_goes_with_either_year(made):
    figures = [("M06", "991", y, n, 20_000.0) for y, n in ((2014, 20.0), (2024, 30.0), (2025, 4.0))]
    row = {"measure_id": "M06", "lane": "returned", "geographic_level": "Local authority", "area_code": "991"}
    row |= {"base_period": 2014, "index_basis": "count", "base_value": 20.0, "upper_95": 9.0}
    index = [row | {"period": y, "value": n, "index_value": 5 * n} for y, n in ((2024, 30.0), (2025, 4.0))]
    shown, withheld = protect(made(figures, index), DFE).tables["core_index"].to_pylist()
    assert (shown["index_value"], shown["interval_method"]) == (150.0, "log_ratio")
    assert (withheld["index_value"], withheld["upper_95"], withheld["status"]) == (None, None, "c")


def test_of_a_comparison_the_verdict_leaves_and_of_a_withheld_figure_not_even_that(made):
    figures = [("M06", "991", 2023, 20.0, 20_000.0), ("M06", "991", 2024, 3.0, 20_000.0)]
    figures += [("M06", "992", 2023, 20.0, 20_000.0), ("M06", "992", 2024, 30.0, 20_000.0)]
    row = {"measure_id": "M06", "lane": "returned", "geographic_level": "Local authority", "period": 2024}
    row |= {"from_period": 2023, "comparison": "previous", "growth": 1.5, "p": 0.2, "tau": 0.1}
    told = [
        row | {"area_code": "991", "verdict": "cannot_tell", "verdict_reason": "small"},
        row | {"area_code": "992", "verdict": "no_signal", "value": 15.0, "from_value": 10.0},
    ]
    withheld, shown = protect(made(figures, comparison=told), DFE).tables["core_comparison"].to_pylist()
    assert (withheld["verdict"], withheld["verdict_reason"]) == ("cannot_tell", "missing")
    assert (shown["verdict"], shown["value"], shown["growth"], shown["p"]) == ("no_signal", 15.0, None, None)
    assert "rose 50% from 2022-23 to 2023-24. This cannot be told" in shown["sentence"]


def test_what_an_earlier_release_showed_protects_nothing(made):
    figures = made(with_total("M06", [3, 20, 30, 40, 50, 60], [20_000] * 6))
    exact = replace(DFE, round_region=1)
    first = protect(figures, exact).tables
    again = protect(figures, exact, [first]).tables
    assert again["core_outcome"].equals(first["core_outcome"])
    # 994 was small a year ago and is not now: what stood beside it then is out and hides nobody
    before = made(with_total("M06", [30, 20, 30, 3, 50, 60], [20_000] * 6))
    shown = protect(before, exact).tables
    later = protect(figures, exact, [shown]).tables
    assert true_leaks(attack(later, exact, [shown]), figures) == []


def test_a_release_is_held_back_with_a_line_for_each_leaking_cell_and_no_number(made):
    figures = made([("M06", "991", 2024, 3.0, 20_000.0)])
    with pytest.raises(ReleaseBlocked) as blocked:
        disclosed(figures, DFE, [figures])
    place = "M06, area 991, period 2024 (numerator)"
    assert blocked.value.lines == [
        f"can be worked out (profile dfe_cin): {place}: an earlier release showed it"
    ]


def test_an_old_figure_that_has_changed_holds_nothing_back(made):
    before, now = (made([("M06", "991", 2024, n, 20_000.0)]) for n in (12.0, 4.0))
    assert disclosed(now, DFE, [before]).leaks == []


def test_what_is_built_upon_an_old_figure_that_has_changed_holds_nothing_back(made):
    # with 992's old seven the other three would be left four; but 992 has one now, and so they have five
    plans = [73, 59, 175, 239, 302, 438]
    before = made(with_total("M11", [1, 7, 1, 3, 10, 13], [73, 219, *plans[2:]]))
    now = made(with_total("M11", [1, 1, 1, 3, 10, 13], plans))
    shown = protect(before, DFE).tables
    later = protect(now, DFE, [shown]).tables
    found = {leak.kind for leak in attack(later, DFE, [shown])}
    assert found == {"earlier_sums", "shown_before"}
    assert disclosed(now, DFE, [shown]).leaks == []


counts = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 60)), min_size=6, max_size=6)


@st.composite
def random_figures(draw):
    """Plans begun, those that were not the first, leavers, vacancies and days lost; with totals."""
    started, again = draw(counts), draw(st.one_of(counts, st.just([0] * 6)))
    again = [min(pair) for pair in zip(again, started, strict=True)]
    in_post, vacant = [n + 0.5 for n in draw(counts)], draw(counts)
    posts = [a + b for a, b in zip(in_post, vacant, strict=True)]
    return [
        *with_total("M09", started, [20_000] * 6),
        *with_total("M10", again, started),
        *with_total("M03", draw(counts), in_post),
        *with_total("M21", vacant, posts),
        *with_total("M24", draw(counts), [254 * n for n in in_post]),
    ]


EXACT = replace(DFE, round_region=1, round_england=1)
TRIED = [EXACT, *(each for name, each in profiles().items() if name != "internal")]
slowly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("rules", TRIED, ids=["exact", *(each.profile_id for each in TRIED[1:])])
@given(figures=random_figures())
@slowly
def test_of_a_protected_table_the_attacker_finds_nothing(made, rules, figures):
    assert attack(protect(made(figures), rules).tables, rules) == []


@given(figures=random_figures())
@slowly
def test_shown_parts_add_up_to_a_shown_total(made, figures):
    for measure, rows in by_measure(protect(made(figures), EXACT).tables):
        for role in ("numerator", "denominator"):
            parts = [rows[area][role] for area in AREAS]
            if None not in [*parts, rows["FIC"][role]] and measure != "M24":
                assert sum(parts) == pytest.approx(rows["FIC"][role], abs=0.4)


@given(figures=random_figures())
@slowly
def test_true_noughts_are_shown(made, figures):
    public = dict(by_measure(protect(made(figures), DFE).tables))
    for measure, area, _, numerator, _ in figures:
        if numerator == 0 and measure in ("M09", "M03", "M21"):
            assert public[measure][area]["numerator"] == 0


@given(figures=random_figures())
@slowly
def test_the_order_of_rows_changes_nothing(made, figures):
    rows, turned = (protect(made(each), EXACT).tables["core_outcome"] for each in (figures, figures[::-1]))
    assert rows.to_pylist() == turned.to_pylist()[::-1]


def by_measure(public):
    return [(measure, outcome(public, measure)) for measure in ("M09", "M10", "M03", "M21", "M24")]
