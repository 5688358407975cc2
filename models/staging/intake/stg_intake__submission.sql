-- One row per submission ever accepted, superseded ones included.

select
    submission_id,
    return_id,
    la_code,
    collection_year,
    file_name,
    file_sha256,
    cast(received_at as timestamp) as received_at,
    n_rows,
    n_violations,
    is_current
from {{ source('intake', 'submission') }}
