-- One row per return, measure and period counted: how many of the authorities of the return have it.

with counted as (

    select
        measure.return_id,
        measure.kind,
        counted.measure_id,
        counted.period,
        count(distinct counted.area_code) as n_areas,
        avg((counted.numerator is null)::int) as share_unknown,
        avg((counted.numerator > counted.denominator)::int) as share_above_whole
    from outcomes.outcome_counted as counted
    inner join meta.measure as measure
        on counted.measure_id = measure.measure_id
    group by all

)

select
    measure_id || ' ' || period as place,
    kind,
    n_areas,
    share_unknown,
    share_above_whole,
    n_areas / max(n_areas) over (partition by return_id, period) as share_of_those_who_sent
from counted
order by place
