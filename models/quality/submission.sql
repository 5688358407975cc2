-- One row per file that was taken in or refused. Without its name: people write other people's names there.

with refused as (

    select
        file_sha256,
        refused_at,
        reason
    from {{ source('intake', 'refusal') }}

)

select
    submission_id,
    return_id,
    la_code,
    cast(collection_year as int) as collection_year,
    period_end,
    case when is_current then 'current' when is_withdrawn then 'withdrawn' else 'superseded' end as state,
    file_sha256,
    received_at,
    cast(n_rows as int) as n_rows,
    cast(n_violations as int) as n_violations,
    cast(null as string) as reason
from {{ ref('stg_intake__submission') }}

union all

select
    cast(null as string) as submission_id,
    cast(null as string) as return_id,
    cast(null as string) as la_code,
    cast(null as int) as collection_year,
    cast(null as date) as period_end,
    'refused' as state,
    file_sha256,
    cast(refused_at as timestamp) as received_at,
    cast(null as int) as n_rows,
    cast(null as int) as n_violations,
    reason
from refused
