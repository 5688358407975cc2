-- One row per measure, area and period worked out from returns, beside what was published of the same.
--
-- M01 is left out: it is M05 over its base, and agrees where that does.

with returned as (

    select *
    from {{ ref('outcome_figure') }}
    where lane = 'returned'

),

-- every number that a release printed for it, in force or not
printed_once as (

    select
        part.measure_id,
        figure.area_code,
        figure.period + part.years_before as period,
        figure.value,
        figure.is_in_force
    from {{ ref('measure_part') }} as part
    inner join {{ ref('core_published_figure') }} as figure
        on part.published_id = figure.published_id
    where part.role = 'value' and figure.value is not null and not figure.is_silent

),

summands as (

    select
        measure_id,
        count(*) as n_parts
    from {{ ref('measure_part') }}
    where role = 'value_part'
    group by measure_id

),

paired as (

    select
        returned.measure_id,
        returned.area_code,
        returned.area_name,
        returned.is_fictional,
        returned.period,
        returned.unit,
        returned.value as returned_value,
        returned.numerator as returned_numerator,
        returned.denominator as returned_denominator,
        returned.status as returned_status,
        returned.comparability as returned_comparability,
        returned.as_of as returned_as_of,
        published.measure_id is not null as is_published,
        published.value as published_value,
        published.numerator as published_numerator,
        published.denominator as published_denominator,
        published.recomputed_value as published_recomputed_value,
        published.status as published_status,
        published.comparability as published_comparability,
        published.as_of as published_as_of,
        published.source_id as published_source_id,
        symbol.reason as published_reason,
        returned.value - published.value as difference,
        -- what is printed is rounded, and a sum of printed parts once for each; what is worked out is not
        {{ half_place('measure.decimals') }} * case published.value_basis
            when 'printed' then 1
            when 'parts' then summands.n_parts
            else 0
        end as rounding,
        coalesce(tolerance.points, 0) + coalesce(tolerance.share, 0) * abs(published.value) as allowance
    from returned
    inner join {{ ref('measure') }} as measure
        on returned.measure_id = measure.measure_id
    left join {{ ref('outcome_figure') }} as published
        on
            returned.measure_id = published.measure_id
            and returned.area_code = published.area_code
            and returned.period = published.period
            and published.lane = 'published'
    left join {{ ref('symbol') }} as symbol
        on published.status = symbol.symbol
    left join {{ ref('reconciliation_tolerance') }} as tolerance
        on returned.measure_id = tolerance.measure_id
    left join summands
        on returned.measure_id = summands.measure_id

),

judged as (

    select
        *,
        rounding + allowance as tolerance,
        case
            when difference is null then 'cannot_compare'
            when abs(difference) <= rounding + 0.000001 then 'equal'
            when abs(difference) <= rounding + allowance + 0.000001 then 'within_tolerance'
            else 'differs'
        end as verdict
    from paired

),

earlier_agreed as (

    select distinct
        judged.measure_id,
        judged.area_code,
        judged.period
    from judged
    inner join printed_once
        on
            judged.measure_id = printed_once.measure_id
            and judged.area_code = printed_once.area_code
            and judged.period = printed_once.period
            and not printed_once.is_in_force
            and abs(judged.returned_value - printed_once.value) <= judged.rounding + 0.000001
            and abs(judged.published_value - printed_once.value) > 0.000001

)

select
    judged.measure_id,
    judged.area_code,
    judged.area_name,
    judged.is_fictional,
    judged.period,
    judged.returned_value,
    judged.published_value,
    judged.returned_numerator,
    judged.published_numerator,
    judged.returned_denominator,
    judged.published_denominator,
    judged.difference,
    judged.tolerance,
    judged.verdict,
    case
        when judged.verdict = 'equal' then null
        when not judged.is_published then 'not_published'
        when judged.returned_value is null and judged.returned_comparability <> 'ok'
            then judged.returned_comparability
        when judged.returned_value is null then 'not_returned'
        when judged.published_value is null and judged.published_comparability <> 'ok'
            then judged.published_comparability
        when judged.published_value is null then coalesce(judged.published_reason, 'not_available')
        when earlier_agreed.measure_id is not null then 'restated'
        when judged.published_comparability <> 'ok' then judged.published_comparability
        when judged.returned_comparability <> 'ok' then judged.returned_comparability
        -- the same events over other children; or a printed rate that its own parts of today do not give
        when
            judged.unit = 'per_10000'
            and (
                (
                    judged.returned_numerator = judged.published_numerator
                    and judged.returned_denominator <> judged.published_denominator
                )
                or abs(judged.returned_value - judged.published_recomputed_value) <= 0.000001
            )
            then 'population_vintage'
        when judged.verdict = 'within_tolerance' then 'linked_data'
        when judged.returned_denominator <> judged.published_denominator then 'other_denominator'
        else 'other_numerator'
    end as likely_reason,
    judged.returned_status,
    judged.published_status,
    judged.returned_comparability,
    judged.published_comparability,
    judged.returned_as_of,
    judged.published_as_of,
    judged.published_source_id
from judged
left join earlier_agreed
    on
        judged.measure_id = earlier_agreed.measure_id
        and judged.area_code = earlier_agreed.area_code
        and judged.period = earlier_agreed.period
