-- One row per measure, area, period and lane: the core outcome dataset.
--
-- Intervals describe the process behind a full count, not a sample of it. Ratios of FTE, means and amounts
-- have none in closed form.

with measured as (

    select
        figure.*,
        exact.lower_95 as exact_lower_95,
        exact.upper_95 as exact_upper_95,
        exact.lower_998 as exact_lower_998,
        exact.upper_998 as exact_upper_998,
        case
            when figure.value is null then null
            when figure.kind in ('flow_count_rate', 'stock_count_rate') and figure.denominator > 0
                then figure.scale / figure.denominator
            when figure.kind in ('flow_count', 'stock_count') then 1
        end as per_event,
        coalesce(
            figure.value is not null
            and figure.kind = 'proportion'
            and figure.denominator > 0
            and figure.numerator <= figure.denominator,
            false
        ) as is_share,
        coalesce(
            figure.kind in ('flow_count_rate', 'stock_count_rate')
            and figure.value is not null
            and figure.numerator is null
            and figure.denominator > 0,
            false
        ) as is_worked_back,
        greatest(figure.value - {{ half_place('measure.decimals') }}, 0)
        * figure.denominator / figure.scale as events_low,
        (figure.value + {{ half_place('measure.decimals') }})
        * figure.denominator / figure.scale as events_high
    from {{ ref('outcome_figure') }} as figure
    inner join {{ ref('measure') }} as measure
        on figure.measure_id = measure.measure_id
    left join {{ ref('exact_poisson_limit') }} as exact
        on figure.numerator = exact.events

),

with_limits as (

    select
        *,
        {{ limit_of('exact_lower_95', 1.959964, '-') }} as lower_95,
        {{ limit_of('exact_upper_95', 1.959964, '+') }} as upper_95,
        {{ limit_of('exact_lower_998', 3.090232, '-') }} as lower_998,
        {{ limit_of('exact_upper_998', 3.090232, '+') }} as upper_998,
        case
            when is_share then 'wilson'
            when is_worked_back then 'byar_of_printed'
            when per_event * numerator is null then null
            when numerator < 10 then 'exact_poisson'
            else 'byar'
        end as interval_method
    from measured

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
    source_id,
    n_authorities,
    n_with_data
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
    core_index.source_id,
    core_index.n_authorities,
    core_index.n_with_data
from {{ ref('core_index') }} as core_index
inner join {{ ref('index_base') }} as base
    on
        core_index.measure_id = base.measure_id
        and core_index.base_period = base.base_period
        and base.is_main
where core_index.measure_id = 'M05' and core_index.index_basis = 'rate'
