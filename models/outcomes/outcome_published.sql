-- One row per measure, area and period of the published lane.
--
-- The printed value where there is one; else numerator over denominator; else printed parts added up.
-- A sum with an unknown part is unknown, not smaller.

with declared as (

    select
        *,
        count(*) over (partition by measure_id, role) as n_parts
    from {{ ref('measure_part') }}

),

totals as (

    select
        declared.measure_id,
        declared.role,
        figure.area_code,
        figure.period + declared.years_before as period,
        case
            when count(figure.value) = max(declared.n_parts) then
                round(sum(figure.value * case
                    when declared.times = 'working_days' and figure.period % 4 = 0 then 254
                    when declared.times = 'working_days' then 253
                    else 1
                end), 6)
        end as total,
        min(figure.status) as status,
        max(figure.area_code_ons) as area_code_ons,
        max(figure.source_id) as source_id,
        max(figure.as_of) as as_of
    from declared
    inner join {{ ref('outcome_published_figure') }} as figure
        on declared.published_id = figure.published_id
    group by declared.measure_id, declared.role, figure.area_code, figure.period + declared.years_before

),

sided as (

    select
        measure_id,
        area_code,
        period,
        count(case when role = 'value' then 1 end) > 0 as is_printed,
        max(case when role = 'value' then total end) as printed_value,
        max(case when role = 'value' then status end) as printed_status,
        max(case when role = 'value_part' then total end) as added_value,
        max(case when role = 'numerator' then total end) as numerator,
        max(case when role = 'denominator' then total end) as denominator,
        max(case when role <> 'value' then status end) as part_status,
        max(area_code_ons) as area_code_ons,
        -- whose figure it is: the population's source says nothing about that
        coalesce(
            max(case when role = 'value' then source_id end),
            max(case when role = 'numerator' then source_id end),
            max(case when role = 'value_part' then source_id end)
        ) as source_id,
        coalesce(
            max(case when role = 'value' then as_of end),
            max(case when role in ('numerator', 'value_part') then as_of end)
        ) as as_of
    from totals
    group by measure_id, area_code, period
    having count(case when role <> 'denominator' then 1 end) > 0

),

valued as (

    select
        sided.*,
        case when measure.unit = 'count' then sided.printed_value else sided.numerator end as counted,
        measure.scale * sided.numerator / nullif(sided.denominator, 0) as recomputed_value
    from sided
    inner join {{ ref('measure') }} as measure
        on sided.measure_id = measure.measure_id

)

select
    measure_id,
    area_code,
    area_code_ons,
    period,
    counted as numerator,
    denominator,
    case when is_printed then printed_value else coalesce(recomputed_value, added_value) end as value,
    case
        when is_printed then 'printed'
        when recomputed_value is not null then 'computed'
        else 'parts'
    end as value_basis,
    recomputed_value,
    coalesce(printed_status, part_status, 'x') as symbol,
    as_of,
    source_id
from valued
