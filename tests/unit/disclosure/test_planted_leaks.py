"""Leaks planted one by one: the attacker finds each, and nothing in its counterpart without it."""

from dataclasses import dataclass, field, replace

import pytest

from dagster_project.release.disclosure import attack, profile
from dagster_project.release.disclosure.leaks import KINDS
from dagster_project.statistics import intervals
from dagster_project.statistics.index import index_of_count

DFE = profile("dfe_cin")
#: The same with totals that are not rounded: what a group of authorities or a club of them would print.
EXACT = replace(DFE, round_region=1, round_england=1)
AUTHORITIES = ["991", "992", "993", "994", "995", "996"]


@dataclass(frozen=True)
class Plant:
    kind: str
    leaking: list
    clean: list
    profile: object = EXACT
    index: tuple = ((), ())  # of the leaking tables, and of the clean ones
    comparison: tuple = ((), ())
    earlier: list = field(default_factory=list)


def six(counts, total, measure="M06", out_of=20_000.0, all_of=120_000.0, period=2024):
    """Six authorities and their region."""
    denominators = out_of if isinstance(out_of, list) else [out_of] * 6
    rows = [
        (measure, area, period, n, d) for area, n, d in zip(AUTHORITIES, counts, denominators, strict=True)
    ]
    return [*rows, (measure, "FIC", period, total, all_of)]


def one(measure, numerator, denominator, area="991", period=2024, **changed):
    row = {"measure_id": measure, "lane": "returned", "area_code": area, "period": period}
    row |= {"geographic_level": "Local authority", "status": "c"}
    return row | {"numerator": numerator, "denominator": denominator} | changed


def region(numerator, denominator, value):
    row = one("M06", numerator, denominator, area="FIC", value=value, recomputed_value=value, status=None)
    return row | {"geographic_level": "Regional"}


def of_index(**changed):
    row = {"measure_id": "M06", "lane": "returned", "geographic_level": "Local authority", "area_code": "991"}
    return row | {"period": 2024, "base_period": 2014, "index_basis": "count", "status": "c"} | changed


def told(**changed):
    row = {"measure_id": "M06", "lane": "returned", "geographic_level": "Local authority", "area_code": "991"}
    row |= {"period": 2024, "from_period": 2023, "comparison": "previous", "verdict": "cannot_tell"}
    row |= {"verdict_reason": "missing"}
    return row | {"sentence": "Referrals, 2022-23 to 2023-24: one of the two is withheld."} | changed


WITHHELD = [None, None, 30.0, 40.0, 50.0, 60.0]
TWO_YEARS = [("M06", "991", 2014, 20.0, 20_000.0), ("M06", "991", 2024, None, 20_000.0)]
BASE_WITHHELD = [("M06", "991", 2014, None, 20_000.0), ("M06", "991", 2024, 30.0, 20_000.0)]
THIS_AND_LAST = [("M06", "991", 2023, 20.0, 20_000.0), ("M06", "991", 2024, None, 20_000.0)]
BOTH_SHOWN = [("M06", "991", 2023, 20.0, 20_000.0), ("M06", "991", 2024, 30.0, 20_000.0)]

#: Limits as printed to four places: of 12 of 20,000 children, of 3 of 100 referrals, of 12 to a base of 20.
BYAR = round(float(intervals.rate(12, 20_000).lower), 4)
WILSON = round(100 * float(intervals.wilson(3, 100).upper), 4)
RATIO = round(100 * float(index_of_count(12, 20).upper), 4)

PLANTS = {
    "a small count is shown": Plant(
        "small_number", [("M06", "991", 2024, 3.0, 20_000.0)], [("M06", "991", 2024, 6.0, 20_000.0)]
    ),
    "a small denominator is shown": Plant(
        "small_number", [("M10", "991", 2024, 0.0, 4.0)], [("M10", "991", 2024, 0.0, 9.0)]
    ),
    "all but a few, out of a shown number": Plant(
        "small_remainder", [("M02", "991", 2024, 97.0, 100.0)], [("M02", "991", 2024, 94.0, 100.0)]
    ),
    "one withheld count beside its region's total": Plant(
        "region", six([None, 20.0, 30.0, 40.0, 50.0, 60.0], 203.0), six(WITHHELD, 203.0)
    ),
    "two withheld counts that come to two": Plant("several_sums", six(WITHHELD, 182.0), six(WITHHELD, 186.0)),
    "a region of one authority": Plant(
        "region_of_one",
        [("M06", "991", 2024, None, 20_000.0), ("M06", "FIC", 2024, 7.0, 20_000.0)],
        [("M06", "991", 2024, None, 20_000.0), ("M06", "FIC", 2024, None, 20_000.0)],
    ),
    "one withheld region beside England's total": Plant(
        "england",
        [
            ("M06", "840", 2024, None, 20_000.0),
            ("M06", "E12000001", 2024, None, 20_000.0),
            ("M06", "888", 2024, 300.0, 20_000.0),
            ("M06", "E12000002", 2024, 300.0, 20_000.0),
            ("M06", "ENG", 2024, 303.0, 40_000.0),
        ],
        [
            ("M06", "840", 2024, None, 20_000.0),
            ("M06", "E12000001", 2024, None, 20_000.0),
            ("M06", "888", 2024, 300.0, 20_000.0),
            ("M06", "E12000002", 2024, 300.0, 20_000.0),
            ("M06", "ENG", 2024, None, 40_000.0),
        ],
    ),
    "a withheld borough beside its half of London": Plant(
        "region",
        [
            ("M06", "201", 2024, None, 20_000.0),
            ("M06", "202", 2024, 100.0, 20_000.0),
            ("M06", "E13000001", 2024, 103.0, 40_000.0),
        ],
        [
            ("M06", "201", 2024, None, 20_000.0),
            ("M06", "202", 2024, None, 20_000.0),
            ("M06", "E13000001", 2024, 103.0, 40_000.0),
        ],
    ),
    "a withheld successor beside the ground of the authority it came from": Plant(
        "former_area",
        [
            ("M06", "940", 2024, 100.0, 20_000.0),
            ("M06", "941", 2024, None, 20_000.0),
            ("M06", "group:940+941", 2024, 103.0, 40_000.0),
        ],
        [
            ("M06", "940", 2024, 100.0, 20_000.0),
            ("M06", "941", 2024, None, 20_000.0),
            ("M06", "group:940+941", 2024, None, 40_000.0),
        ],
        DFE,
    ),
    "a joint return beside one of the two": Plant(
        "joint_return",
        [
            ("M03", "940", 2024, 20.0, 200.0),
            ("M03", "941", 2024, None, 200.0),
            ("M03", "940 / 941", 2024, 24.0, 400.0),
        ],
        [
            ("M03", "940", 2024, 20.0, 200.0),
            ("M03", "941", 2024, None, 200.0),
            ("M03", "940 / 941", 2024, None, 400.0),
        ],
    ),
    "a denominator withheld that another measure counts": Plant(
        "one_count_twice",
        [("M02", "991", 2024, 40.0, None), ("M06", "991", 2024, 300.0, 20_000.0)],
        [("M02", "991", 2024, 40.0, None), ("M06", "991", 2024, None, 20_000.0)],
    ),
    "those in post withheld and shown as those in post a year ago": Plant(
        "one_count_twice",
        [("M03", "991", 2024, 9.0, None), ("M04", "991", 2025, 25.0, 33.0)],
        [("M03", "991", 2024, 9.0, None), ("M04", "991", 2025, 25.0, None)],
    ),
    "vacancies beside posts and those in post": Plant(
        "nested",
        [("M21", "991", 2024, None, 60.0), ("M03", "991", 2024, 9.0, 56.0)],
        [("M21", "991", 2024, None, None), ("M03", "991", 2024, 9.0, 56.0)],
    ),
    "days worked in a year by those in post": Plant(
        "nested",
        [("M24", "991", 2024, 90.0, 1016.0), ("M03", "991", 2024, 9.0, None)],
        [("M24", "991", 2024, 90.0, None), ("M03", "991", 2024, 9.0, None)],
    ),
    "a total of nought": Plant(
        "none_of_a_group", six([None, 0.0, 0.0, 0.0, 0.0, 0.0], 0.0), six([0.0] * 6, 0.0)
    ),
    "a total that is all of its group": Plant(
        "all_of_a_group",
        six([None, *[50.0] * 5], 300.0, "M02", 50.0, 300.0),
        six([None, *[50.0] * 5], None, "M02", 50.0, 300.0),
    ),
    "a remainder told by all the others": Plant(
        "several_sums",
        six([None, None, *[40.0] * 4], 300.0, "M02", [None, None, *[50.0] * 4], 343.0),
        six([None, None, *[40.0] * 4], 300.0, "M02", [None, None, *[50.0] * 4], 403.0),
    ),
    "the percentage of a withheld count": Plant(
        "rate", [one("M02", None, 100.0, value=3.0, status=None)], [one("M02", None, 100.0)]
    ),
    "the rate of a withheld count and its children": Plant(
        "rate", [one("M06", None, 20_000.0, value=1.5, status=None)], [one("M06", None, 20_000.0)]
    ),
    "the percentage of a withheld denominator": Plant(
        "rate", [one("M02", 40.0, None, value=90.9, status=None)], [one("M02", 40.0, None)]
    ),
    "the recomputed value of a withheld count": Plant(
        "rate", [one("M06", None, 20_000.0, recomputed_value=1.5)], [one("M06", None, 20_000.0)]
    ),
    "a percentage of two withheld counts": Plant(
        "number_left", [one("M14", None, None, value=33.3)], [one("M14", None, None)]
    ),
    "a nought in the place of a withheld figure": Plant(
        "number_left", [one("M14", None, None, value=0.0)], [one("M14", None, None)]
    ),
    "Byar's limits of a withheld count": Plant(
        "limits", [one("M06", None, 20_000.0, lower_95=BYAR)], [one("M06", None, 20_000.0)]
    ),
    "Wilson's limits of a withheld count": Plant(
        "limits", [one("M02", None, 100.0, upper_95=WILSON)], [one("M02", None, 100.0)]
    ),
    "a region's rate worked out before rounding": Plant(
        "unrounded", [region(200.0, 20_000.0, 101.5)], [region(200.0, 20_000.0, 100.0)], DFE
    ),
    "an index to a known base": Plant(
        "index", TWO_YEARS, TWO_YEARS, index=([of_index(index_value=25.0)], [of_index()])
    ),
    "an index of a known year to a withheld base": Plant(
        "index", BASE_WITHHELD, BASE_WITHHELD, index=([of_index(index_value=600.0)], [of_index()])
    ),
    "limits of an index alone": Plant(
        "index", TWO_YEARS, TWO_YEARS, index=([of_index(upper_95=RATIO)], [of_index()])
    ),
    "what an index is made from": Plant(
        "index", TWO_YEARS, TWO_YEARS, index=([of_index(value=4.0)], [of_index()])
    ),
    "the figure of a comparison": Plant(
        "comparison", THIS_AND_LAST, THIS_AND_LAST, comparison=([told(value=2.0)], [told()])
    ),
    "the growth of a withheld figure": Plant(
        "comparison", THIS_AND_LAST, THIS_AND_LAST, comparison=([told(growth=0.2)], [told()])
    ),
    "the p of a test on exact counts": Plant(
        "exact_test", BOTH_SHOWN, BOTH_SHOWN, comparison=([told(p=0.0123)], [told()])
    ),
    "a sentence with the figure": Plant(
        "sentence",
        THIS_AND_LAST,
        THIS_AND_LAST,
        comparison=([told(sentence="Referrals rose 20% from 2022-23 to 2023-24.")], [told()]),
    ),
    "a verdict on a withheld figure": Plant(
        "verdict",
        THIS_AND_LAST,
        THIS_AND_LAST,
        comparison=([told(verdict="signal", verdict_reason=None)], [told()]),
    ),
    "a reason that says how few": Plant(
        "verdict", THIS_AND_LAST, THIS_AND_LAST, comparison=([told(verdict_reason="small")], [told()])
    ),
    "a count that an earlier release showed": Plant(
        "shown_before",
        [("M06", "991", 2024, None, 20_000.0)],
        [("M06", "992", 2024, None, 20_000.0)],
        earlier=[("M06", "991", 2024, 12.0, 20_000.0)],
    ),
    "a count withheld by other counts than in an earlier release": Plant(
        "earlier_sums",
        six(WITHHELD, 203.0),
        six([None, 20.0, None, 40.0, 50.0, 60.0], 203.0),
        earlier=six([None, 20.0, None, 40.0, 50.0, 60.0], 203.0),
    ),
    "a total that moved by two since an earlier release": Plant(
        "moved_total", six(WITHHELD, 203.0), six(WITHHELD, 213.0), earlier=six(WITHHELD, 201.0)
    ),
    "a count withheld for another that a publisher has printed": Plant(
        "printed_elsewhere",
        [*six(WITHHELD, 203.0), one("M06", 20.0, 20_000.0, "992", lane="published", status=None)],
        [*six(WITHHELD, 203.0), one("M06", 20.0, 20_000.0, "994", lane="published", status=None)],
    ),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_the_attacker_finds_a_planted_leak(made, plant):
    earlier = [made(plant.earlier)] if plant.earlier else []
    tables = made(plant.leaking, plant.index[0], plant.comparison[0])
    assert plant.kind in {leak.kind for leak in attack(tables, plant.profile, earlier)}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_the_attacker_finds_nothing_without_it(made, plant):
    earlier = [made(plant.earlier)] if plant.earlier else []
    tables = made(plant.clean, plant.index[1], plant.comparison[1])
    assert attack(tables, plant.profile, earlier) == []


def test_there_are_plants_of_every_way_to_a_number():
    # a share of a shown whole has a remainder that is not, so it is told by several sums or by none
    assert {plant.kind for plant in PLANTS.values()} == KINDS.keys() - {"share"}
    assert len(PLANTS) >= 20
