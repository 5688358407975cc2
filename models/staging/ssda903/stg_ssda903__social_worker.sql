-- One row per social worker of a child in a return, typed and renamed; no rows added or removed.

select
    submission_id,
    la_code,
    collection_year,
    row_number as social_worker_row,
    CHILD as child_id,
    SW_ID as worker_id,
    {{ to_date('SW_DECOM') }} as start_date,
    {{ to_date('SW_DEC') }} as end_date,
    upper(trim(SW_REASON)) as change_reason_code,
    line as source_line
from {{ source('ssda903', 'social_worker') }}
