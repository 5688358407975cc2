-- One row per mid-year: the children of England as printed, and those of its authorities together.

with england as (

    select
        mid_year,
        max(children) as children
    from outcomes.core_population
    where area_code = 'ENG' and basis = 'printed' and is_in_force
    group by mid_year

),

authorities as (

    select
        population.mid_year,
        sum(population.children) as children,
        count(*) as n_rows,
        avg((population.highest > 1.02 * population.lowest)::int) as share_vague
    from outcomes.core_population as population
    inner join meta.area
        on population.area_code = area.area_code
    where
        area.geographic_level = 'Local authority'
        and not area.is_fictional
        and population.basis = 'printed'
        and population.is_in_force
        and coalesce(area.open_date, date '1900-01-01') <= make_date(population.mid_year, 6, 30)
        and coalesce(area.close_date, date '2999-12-31') > make_date(population.mid_year, 6, 30)
    group by population.mid_year

)

select
    mid_year::varchar as place,
    england.children / 1000000 as millions,
    england.children / lag(england.children) over (order by mid_year) - 1 as growth,
    mid_year - lag(mid_year) over (order by mid_year) as years_since,
    authorities.children / england.children as share_of_england
from england
left join authorities using (mid_year)
order by place
