-- One row per returned measure and authority: how its newest figure moved against the year before.

with moved as (

    select
        measure_id,
        area_code,
        period,
        -- what a break or too few events forbid to test is not judged
        case when verdict <> 'cannot_tell' then p end as p
    from outcomes.core_comparison
    where
        lane = 'returned'
        and comparison = 'previous'
        and geographic_level = 'Local authority'
    qualify period = max(period) over (partition by measure_id, area_code)

)

select
    measure_id || ' ' || area_code || ' ' || period as place,
    p,
    count(p) over of_measure as n_tested,
    avg((p < 0.002)::int) over of_measure as share_out_of_the_ordinary
from moved
window of_measure as (partition by measure_id, period)
order by place
