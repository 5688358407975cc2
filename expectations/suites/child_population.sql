-- One row per mid-year: how the populations of authorities changed, and how many are missing.

with changes as (

    select
        mid_year,
        area_code,
        children,
        children / nullif(lag(children) over (partition by area_code order by mid_year), 0) - 1 as growth,
        mid_year - lag(mid_year) over (partition by area_code order by mid_year) as years_since
    from meta.child_population
    where area_code <> 'ENG'

)

select
    mid_year::varchar as place,
    count(*) as n_rows,
    avg((children is null)::int) as share_missing,
    avg((abs(growth) > 0.1)::int) filter (years_since = 1) as share_jumping,
    year(getvariable('today')) - max(case when count(*) >= 100 then mid_year end) over () as years_old
from changes
group by mid_year
order by place
