-- One row per social worker who took a child's case over: one authority, one child, one worker, one start.

with reported as (

    select
        *,
        {{ report_order('la_code, child_id, worker_id, start_date', 'social_worker_row') }}
    from {{ ref('stg_ssda903__social_worker') }}

)

select
    reported.la_code,
    reported.child_id,
    reported.worker_id,
    reported.start_date,
    reported.end_date,
    change_reason.code as change_reason_code,
    cast(reported.first_collection_year as int) as first_collection_year,
    cast(reported.collection_year as int) as last_collection_year,
    reported.submission_id,
    cast(reported.source_line as int) as source_line
from reported
left join {{ codes_of('sw_change_reason') }} as change_reason
    on reported.change_reason_code = change_reason.code
where reported.recency = 1
order by reported.la_code asc, first_collection_year asc, reported.child_id asc, reported.start_date asc
