-- One row per CSWWWorker element: a worker's time in a post, as one census shows it.

select
    -- keys
    submission_id,
    la_code,
    collection_year,
    row_number as worker_row,
    SWENo as worker_id,

    -- dates
    {{ to_date('PersonBirthDate') }} as birth_date,
    {{ to_date('RoleStartDate') }} as role_start_date,
    {{ to_date('RoleEndDate') }} as role_end_date,

    -- numbers
    {{ to_decimal('FTE') }} as fte,
    {{ to_decimal('FTE30') }} as fte_30_september,
    {{ to_whole_number('Cases30') }} as n_cases,
    {{ to_decimal('WorkingDaysLost') }} as days_lost,

    -- codes
    case AgencyWorker when '1' then true when '0' then false end as is_agency,
    OrgRole as role_code,
    StartOrigin as start_origin_code,
    LeaverDestination as leaver_destination_code,
    ReasonLeave as leaving_reason_code,

    -- what was sent, readable or not: what is missing and what cannot be read are not the same
    FTE is not null as is_fte_sent,
    RoleStartDate is not null as is_start_sent,
    RoleEndDate is not null as is_end_sent,
    Cases30 is not null as is_cases_sent,
    WorkingDaysLost is not null as is_days_sent,

    -- lineage
    line as source_line
from {{ source('csww', 'worker') }}
