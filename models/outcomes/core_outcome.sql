-- One row per measure, area, period and lane: the core outcome dataset.
--
-- Intervals describe the process behind a full count, not a sample of it. Counts and rates: exact Poisson limits
-- below ten events, Byar's from ten. Shares: Wilson's. Ratios of FTE, means and amounts: none in closed form.

with measured as (

    select
        *,
        case
            when value is null or numerator is null then null
            when kind in ('flow_count_rate', 'stock_count_rate') and denominator > 0 then scale / denominator
            when kind in ('flow_count', 'stock_count') then 1
        end as per_event,
        value is not null and kind = 'proportion' and denominator > 0 and numerator <= denominator as is_share
    from {{ ref('outcome_figure') }}

),

with_limits as (

    select
        measured.*,
        case
            when per_event is not null and numerator < 10 then exact.lower_95 * per_event
            when per_event is not null then {{ byar_lower('numerator', 1.959964) }} * per_event
            when is_share then {{ wilson('numerator', 'denominator', 1.959964, '-') }} * scale
        end as lower_95,
        case
            when per_event is not null and numerator < 10 then exact.upper_95 * per_event
            when per_event is not null then {{ byar_upper('numerator', 1.959964) }} * per_event
            when is_share then {{ wilson('numerator', 'denominator', 1.959964, '+') }} * scale
        end as upper_95,
        case
            when per_event is not null and numerator < 10 then exact.lower_998 * per_event
            when per_event is not null then {{ byar_lower('numerator', 3.090232) }} * per_event
            when is_share then {{ wilson('numerator', 'denominator', 3.090232, '-') }} * scale
        end as lower_998,
        case
            when per_event is not null and numerator < 10 then exact.upper_998 * per_event
            when per_event is not null then {{ byar_upper('numerator', 3.090232) }} * per_event
            when is_share then {{ wilson('numerator', 'denominator', 3.090232, '+') }} * scale
        end as upper_998,
        case
            when per_event is not null and numerator < 10 then 'exact_poisson'
            when per_event is not null then 'byar'
            when is_share then 'wilson'
        end as interval_method
    from measured
    left join {{ ref('exact_poisson_limit') }} as exact
        on measured.numerator = exact.events

)

select
    measure_id,
    lane,
    geographic_level,
    area_code,
    area_code_ons,
    area_name,
    is_fictional,
    period,
    period_end,
    numerator,
    denominator,
    value,
    unit,
    status,
    comparability,
    value_basis,
    recomputed_value,
    lower_95,
    upper_95,
    lower_998,
    upper_998,
    interval_method,
    as_of,
    source_id
from with_limits

union all

-- M01 is the index of M05 by rate to its main base: the measure the report leads with.
select
    'M01' as measure_id,
    core_index.lane,
    core_index.geographic_level,
    core_index.area_code,
    core_index.area_code_ons,
    core_index.area_name,
    core_index.is_fictional,
    core_index.period,
    core_index.period_end,
    core_index.value as numerator,
    core_index.base_value as denominator,
    core_index.index_value as value,
    'index' as unit,
    core_index.status,
    core_index.comparability,
    case when core_index.index_value is not null then 'computed' end as value_basis,
    core_index.index_value as recomputed_value,
    core_index.lower_95,
    core_index.upper_95,
    core_index.lower_998,
    core_index.upper_998,
    core_index.interval_method,
    core_index.as_of,
    core_index.source_id
from {{ ref('core_index') }} as core_index
inner join {{ ref('index_base') }} as base
    on
        core_index.measure_id = base.measure_id
        and core_index.base_period = base.base_period
        and base.is_main
where core_index.measure_id = 'M05' and core_index.index_basis = 'rate'
