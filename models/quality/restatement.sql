-- One row per published figure, area, period and pair of successive releases whose figure differs.

with reasoned as (

    select
        figure.*,
        -- two symbols for one reason are no difference: x in one publication is a hyphen in another
        coalesce(symbol.reason, 'known') as reason
    from {{ ref('core_published_figure') }} as figure
    left join {{ ref('symbol') }} as symbol
        on figure.status = symbol.symbol
    where not figure.is_silent

),

paired as (

    select
        published_id,
        area_code,
        period,
        lag(value) over release as old_value,
        lag(status) over release as old_status,
        lag(reason) over release as old_reason,
        lag(as_of) over release as old_as_of,
        lag(source_id) over release as old_source_id,
        value as new_value,
        status as new_status,
        reason as new_reason,
        as_of as new_as_of,
        source_id as new_source_id
    from reasoned
    window
        release as (
            partition by published_id, area_code, period
            order by as_of asc nulls first, received_at asc nulls first, source_id asc nulls first
        )

)

select
    published_id,
    area_code,
    cast(period as int) as period,
    old_value,
    old_status,
    old_as_of,
    old_source_id,
    new_value,
    new_status,
    new_as_of,
    new_source_id
from paired
where
    old_source_id is not null
    and (old_reason <> new_reason or abs(new_value - old_value) > 0.000001)
