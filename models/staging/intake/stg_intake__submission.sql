-- One row per submission ever accepted, superseded ones included.

select
    submission_id,
    return_id,
    la_code,
    collection_year,
    cast(period_end as date) as period_end,
    file_sha256,
    cast(received_at as timestamp) as received_at,
    try_cast(substring(sent_at, 1, 10) as date) as sent_date,
    n_rows,
    n_violations,
    is_current,
    is_withdrawn
from {{ source('intake', 'submission') }}
