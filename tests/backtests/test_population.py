"""Children by mid-year: they add up, and each vintage gives back the rates of its time."""

import pytest


def test_children_add_up_to_their_region_and_to_england_through_every_reorganisation(core_dataset):
    """From 2019 on, when every authority's is printed: three different sets of authorities, to the child."""
    rows = core_dataset.execute(
        """
        with child as (
            select mid_year, children, area_code, region_code, is_fictional
            from meta.child_population
            join meta.area as area using (area_code)
            where geographic_level = 'Local authority' and mid_year >= 2019 and not is_fictional
        )

        select mid_year, total.area_code, count(*), sum(child.children), max(total.children)
        from child
        join meta.child_population as total using (mid_year)
        where total.area_code in (child.region_code, 'ENG')
        group by all
        """
    ).fetchall()
    assert {row[2] for row in rows if row[1] == "ENG"} == {151, 152, 153}
    assert [row for row in rows if row[3] != row[4]] == []


def test_the_children_of_bournemouth_poole_and_dorset_are_what_the_south_west_has_without_the_others(
    core_dataset,
):
    others = dict(
        core_dataset.execute(
            """
            select mid_year, max(region.children) - sum(part.children)
            from meta.child_population as part
            join meta.area as area using (area_code)
            join meta.child_population as region using (mid_year)
            where
                area.region_code = 'E12000009' and region.area_code = 'E12000009'
                and area_code not in ('835', '836', '837', '838', '839')
            group by mid_year
            """
        ).fetchall()
    )
    shown = core_dataset.execute(
        "select period, numerator, denominator, value, comparability from outcomes.core_outcome"
        " where measure_id = 'M06' and area_code = 'group:838+839' and lane = 'published' order by period"
    ).fetchall()
    assert [row[0] for row in shown] == list(range(2013, 2026))
    for period, referrals, children, rate, comparability in shown:
        assert children == others[period - 1]
        assert rate == pytest.approx(10_000 * referrals / children)
        assert comparability == "ok"


def test_the_children_that_an_earlier_release_divided_by_give_its_rates_back_and_todays_do_not(core_dataset):
    """The release of 2023 came before the estimates of 2012 to 2020 were rebased on the census of 2021."""
    england = core_dataset.execute(
        """
        select
            mid_year,
            round(10000 * counted.numerator / earlier.children, 1) = rate.value,
            round(10000 * counted.numerator / today.children, 1) = rate.value,
            earlier.children / today.children - 1
        from outcomes.core_population as earlier
        join outcomes.core_population as today using (area_code, mid_year)
        join outcomes.core_outcome as counted
            on counted.area_code = 'ENG' and counted.period = mid_year + 1
            and counted.measure_id = 'referrals_n' and counted.lane = 'published'
        join core.core_published_figure as rate
            on rate.area_code = 'ENG' and rate.period = mid_year + 1
            and rate.published_id = 'referral_rate_10k' and rate.source_id = 'ees_c1_2023'
        where
            area_code = 'ENG' and earlier.source_id = 'ees_c1_2023' and earlier.basis = 'implied'
            and today.is_in_force and mid_year between 2012 and 2020
        order by mid_year
        """
    ).fetchall()
    assert [row[:3] for row in england] == [(year, True, False) for year in range(2012, 2021)]
    grown = [row[3] for row in england]
    assert grown == sorted(grown)  # the further from the census of 2011, the further off
    assert 0.02 < grown[-1] < 0.03


def test_one_vintage_of_a_mid_year_is_in_force_and_rates_are_worked_out_over_it(core_dataset):
    twice = core_dataset.execute(
        "select area_code, mid_year from outcomes.core_population where is_in_force"
        " group by all having count(*) > 1"
    ).fetchall()
    assert twice == []
    other = core_dataset.execute(
        "select count(*), count(*) filter (denominator <> children) from outcomes.core_outcome as figure"
        " join outcomes.core_population as population"
        " on figure.area_code = population.area_code and mid_year = period - 1 and is_in_force"
        " where figure.measure_id in ('M06', 'M12') and denominator is not null"
    ).fetchone()
    assert other[0] > 4000 and other[1] == 0
