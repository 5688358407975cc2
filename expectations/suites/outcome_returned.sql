-- One row per returned measure, area and period of this release and the one before: how far it was restated.

select
    concat_ws(' ', was.measure_id, was.area_code, was.period) as place,
    (
        now.value is distinct from was.value
        and (
            now.value < coalesce(was.lower_998, 0.9 * was.value)
            or now.value > coalesce(was.upper_998, 1.1 * was.value)
            or now.value is null
        )
    )::int as is_restated_far,
    count(*) over () as n_compared
from before.outcomes.core_outcome as was
left join outcomes.outcome_returned as now
    on
        was.measure_id = now.measure_id
        and was.area_code = now.area_code
        and was.period = now.period
where
    was.lane = 'returned'
    and was.geographic_level = 'Local authority'
    and was.value is not null
    and was.measure_id <> 'M01'
order by place
