-- One row per time a looked-after child was missing or away: one authority, one child, one kind, one start.

with reported as (

    select
        *,
        {{ report_order('la_code, child_id, missing_type_code, start_date', 'missing_row') }}
    from {{ ref('stg_ssda903__missing') }}
    where start_date is not null

)

select
    reported.la_code,
    reported.child_id,
    missing_type.code as missing_type_code,
    reported.start_date,
    reported.end_date,
    cast({{ days_between('reported.start_date', 'reported.end_date') }} as int) as n_days,
    cast(reported.first_collection_year as int) as first_collection_year,
    cast(reported.collection_year as int) as last_collection_year,
    reported.submission_id,
    cast(reported.source_line as int) as source_line
from reported
left join {{ codes_of('missing_type') }} as missing_type
    on reported.missing_type_code = missing_type.code
where reported.recency = 1
order by reported.la_code asc, first_collection_year asc, reported.child_id asc, reported.start_date asc
