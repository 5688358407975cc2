-- One row per child and care application in an authority's legal tracker.

select
    -- keys
    submission_id,
    la_code,
    row_number as application_row,
    nullif(trim(application_id), '') as application_number,
    child_id,

    -- dates
    {{ to_date('issued_date') }} as issued_date,
    {{ to_date('outcome_date') }} as outcome_date,

    -- codes
    application_type as application_type_code,
    outcome as outcome_code,

    -- lineage
    line as source_line
from {{ source('local', 'care_application') }}
