-- One row per measure, area, period, lane, base period and basis: the figure relative to its base.
--
-- Three bases of comparison, never mixed: the rate as core_outcome shows it, the rate from counts, and the
-- count alone; the base is 100. Limits hold both errors, the year's own and the base year's:
-- SE(log I)^2 = 1/x + 1/x0 for counts, 1/x - 1/n + 1/x0 - 1/n0 for shares; of printed rates the rounding too.
-- Where a rate is printed and its count is not, the count is worked back from it.

with restated as (

    -- published figures of which releases gave different numbers
    select
        part.measure_id,
        part.role,
        figure.area_code,
        figure.period + part.years_before as period
    from {{ ref('measure_part') }} as part
    inner join {{ ref('core_published_figure') }} as figure
        on part.published_id = figure.published_id
    where part.role in ('value', 'numerator') and not figure.is_silent
    group by part.measure_id, part.role, figure.area_code, figure.period + part.years_before
    having max(figure.value) - min(figure.value) > 0.000001

),

paired as (

    select
        figure.*,
        base.base_period,
        based.value as base_value,
        based.recomputed_value as base_recomputed_value,
        based.numerator as base_numerator,
        based.denominator as base_denominator,
        case figure.value_basis when 'printed' then {{ half_place('measure.decimals') }} else 0 end
            as rounding,
        case based.value_basis when 'printed' then {{ half_place('measure.decimals') }} else 0 end
            as base_rounding,
        based.comparability as base_comparability,
        based.as_of as base_as_of
    from {{ ref('index_base') }} as base
    inner join {{ ref('measure') }} as measure
        on base.measure_id = measure.measure_id
    inner join {{ ref('outcome_figure') }} as figure
        on base.measure_id = figure.measure_id
    left join {{ ref('outcome_figure') }} as based
        on
            base.measure_id = based.measure_id
            and base.base_period = based.period
            and figure.lane = based.lane
            and figure.area_code = based.area_code

),

with_variance as (

    select
        *,
        kind in ('flow_count_rate', 'stock_count_rate') as is_count_rate,
        kind in ('flow_count_rate', 'stock_count_rate', 'proportion') as is_in_closed_form,
        case
            when kind in ('flow_count_rate', 'stock_count_rate')
                then coalesce(numerator, value * denominator / scale)
            else numerator
        end as events,
        case
            when kind in ('flow_count_rate', 'stock_count_rate')
                then coalesce(base_numerator, base_value * base_denominator / scale)
            else base_numerator
        end as base_events,
        case
            when kind = 'proportion' then 1 / nullif(denominator, 0) + 1 / nullif(base_denominator, 0)
            else 0
        end as of_shares
    from paired

),

indexed as (

    select
        *,
        'rate' as index_basis,
        100 * value / nullif(base_value, 0) as index_value,
        value as indexed,
        base_value as indexed_base,
        case when is_count_rate then base_denominator / nullif(denominator, 0) end as exposure_ratio,
        -- how much lower and higher the figure may have been before it was rounded
        greatest(1 - rounding / nullif(value, 0), 0) as low,
        coalesce(1 + rounding / nullif(value, 0), 1) as high,
        greatest(1 - base_rounding / nullif(base_value, 0), 0) as base_low,
        coalesce(1 + base_rounding / nullif(base_value, 0), 1) as base_high
    from with_variance

    union all

    select
        *,
        'rate_from_counts' as index_basis,
        100 * recomputed_value / nullif(base_recomputed_value, 0) as index_value,
        recomputed_value as indexed,
        base_recomputed_value as indexed_base,
        base_denominator / nullif(denominator, 0) as exposure_ratio,
        1 as low,
        1 as high,
        1 as base_low,
        1 as base_high
    from with_variance
    where is_count_rate and recomputed_value is not null

    union all

    select
        *,
        'count' as index_basis,
        100 * numerator / nullif(base_numerator, 0) as index_value,
        numerator as indexed,
        base_numerator as indexed_base,
        1 as exposure_ratio,
        1 as low,
        1 as high,
        1 as base_low,
        1 as base_high
    from with_variance
    where is_count_rate and numerator is not null

),

spread as (

    select
        *,
        -- a count alone asks for no population
        case
            when index_basis = 'count' and comparability = 'population_missing' then 'ok'
            else comparability
        end as reason,
        case
            when index_basis = 'count' and base_comparability = 'population_missing' then 'ok'
            else base_comparability
        end as base_reason,
        -- the base is 100 by definition: no error of its own to show there
        {{ index_limit('low', 'base_high', 1.959964, '-') }} as lower_95,
        {{ index_limit('high', 'base_low', 1.959964, '+') }} as upper_95,
        {{ index_limit('low', 'base_high', 3.090232, '-') }} as lower_998,
        {{ index_limit('high', 'base_low', 3.090232, '+') }} as upper_998
    from indexed

)

select
    spread.measure_id,
    spread.lane,
    spread.geographic_level,
    spread.area_code,
    spread.area_code_ons,
    spread.area_name,
    spread.is_fictional,
    spread.period,
    spread.period_end,
    cast(spread.base_period as int) as base_period,
    spread.index_basis,
    spread.indexed as value,
    spread.indexed_base as base_value,
    spread.index_value,
    case when spread.index_value is null then coalesce(spread.status, 'x') end as status,
    case
        when spread.indexed_base is null then 'base_missing'
        when spread.indexed_base = 0 then 'base_zero'
        when spread.base_reason <> 'ok' then spread.base_reason
        when spread.reason <> 'ok' then spread.reason
        -- the base was printed anew after this figure was: two releases that did not count alike
        when restated.measure_id is not null and spread.as_of < spread.base_as_of then 'base_restated'
        else 'ok'
    end as comparability,
    spread.lower_95,
    spread.upper_95,
    spread.lower_998,
    spread.upper_998,
    case
        when spread.lower_95 is null and spread.upper_95 is null then null
        when spread.events >= 10 and spread.base_events >= 10 then 'log_ratio'
        else 'corrected_wilson'
    end as interval_method,
    spread.as_of,
    spread.source_id,
    spread.n_authorities,
    spread.n_with_data
from spread
left join restated
    on
        spread.lane = 'published'
        and spread.measure_id = restated.measure_id
        and spread.area_code = restated.area_code
        and spread.base_period = restated.period
        and restated.role = case when spread.index_basis = 'rate' then 'value' else 'numerator' end
