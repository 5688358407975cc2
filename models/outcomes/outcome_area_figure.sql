-- One row per measure, area, period and lane: the two lanes side by side, each area alone.
--
-- Regions and England are loaded where published and worked out where returned (core_total).

with returned as (

    select
        *,
        cast(null as int) as n_authorities,
        cast(null as int) as n_with_data
    from {{ ref('outcome_returned') }}

    union all

    select
        measure_id,
        area_code,
        period,
        numerator,
        denominator,
        value,
        comparability,
        as_of,
        n_authorities,
        n_with_data
    from {{ ref('core_total') }}

),

lanes as (

    select
        measure_id,
        'returned' as lane,
        area_code,
        cast(null as string) as area_code_ons,
        period,
        numerator,
        denominator,
        value,
        'computed' as value_basis,
        value as recomputed_value,
        'x' as symbol,
        comparability,
        as_of,
        'returned' as source_id,
        n_authorities,
        n_with_data
    from returned

    union all

    select
        measure_id,
        'published' as lane,
        area_code,
        area_code_ons,
        period,
        numerator,
        denominator,
        value,
        value_basis,
        recomputed_value,
        symbol,
        'ok' as comparability,
        as_of,
        source_id,
        cast(null as int) as n_authorities,
        cast(null as int) as n_with_data
    from {{ ref('outcome_published') }}

),

dated as (

    select
        lanes.*,
        measure.kind,
        measure.unit,
        measure.scale,
        measure.comparable_from,
        measure.return_id = 'csww' as is_of_workforce,
        area.geographic_level,
        area.area_name,
        area.is_fictional,
        area.area_code_ons as newest_area_code_ons,
        area.open_date,
        area.close_date,
        known_break.comparability as known_break,
        {{ period_end('lanes.period', 'measure.year_ends') }} as period_end
    from lanes
    inner join {{ ref('measure') }} as measure
        on lanes.measure_id = measure.measure_id
    inner join {{ ref('area') }} as area
        on lanes.area_code = area.area_code
    left join {{ ref('known_break') }} as known_break
        on
            lanes.measure_id = known_break.measure_id
            and lanes.area_code = known_break.area_code
            and lanes.period = known_break.period

)

select
    measure_id,
    lane,
    geographic_level,
    area_code,
    coalesce(area_code_ons, newest_area_code_ons) as area_code_ons,
    area_name,
    is_fictional,
    cast(period as int) as period,
    period_end,
    kind,
    unit,
    scale,
    numerator,
    denominator,
    value,
    case when value is not null then value_basis end as value_basis,
    recomputed_value,
    case when value is null then symbol end as status,
    case
        when comparability <> 'ok' then comparability
        when known_break is not null then known_break
        when open_date > period_end or close_date < period_end then 'area_changed'
        when period - 1 < cast(substring(comparable_from, 1, 4) as int) then 'break'
        else 'ok'
    end as comparability,
    as_of,
    source_id,
    n_authorities,
    n_with_data,
    is_of_workforce
from dated
