-- One row per Section47 element.

select
    submission_id,
    la_code,
    collection_year,
    row_number as section_47_row,
    parent_row as referral_row,
    LAchildID as child_id,
    {{ to_date('S47ActualStartDate') }} as start_date,
    {{ to_date('InitialCPCtarget') }} as initial_conference_target_date,
    {{ to_date('DateOfInitialCPC') }} as initial_conference_date,
    ICPCnotRequired = '1' as is_conference_not_required,
    line as source_line
from {{ source('cin', 'section_47') }}
