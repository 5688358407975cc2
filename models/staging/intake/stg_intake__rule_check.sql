-- One row per state that a return of an authority was ever in, from when until when.

select
    check_id,
    return_id,
    la_code,
    collection_year,
    cast(period_end as date) as period_end,
    cast(known_at as timestamp) as known_at,
    cast(superseded_at as timestamp) as superseded_at,
    n_submissions
from {{ source('intake', 'rule_check') }}
