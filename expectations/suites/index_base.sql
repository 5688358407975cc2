-- One row per measure and base: how long before its newest published figure it lies.

select
    base.measure_id || ' ' || base.base_period as place,
    max(outcome.period) - base.base_period as years_before_newest
from meta.index_base as base
inner join outcomes.core_outcome as outcome
    on base.measure_id = outcome.measure_id
where outcome.lane = 'published' and outcome.geographic_level = 'National' and outcome.value is not null
group by base.measure_id, base.base_period
order by place
