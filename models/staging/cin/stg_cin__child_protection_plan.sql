-- One row per ChildProtectionPlans element.

select
    submission_id,
    la_code,
    collection_year,
    row_number as plan_row,
    parent_row as referral_row,
    LAchildID as child_id,
    {{ to_date('CPPstartDate') }} as start_date,
    {{ to_date('CPPendDate') }} as end_date,
    InitialCategoryOfAbuse as initial_abuse_code,
    LatestCategoryOfAbuse as latest_abuse_code,
    {{ to_whole_number('NumberOfPreviousCPP') }} as n_previous_plans,
    line as source_line
from {{ source('cin', 'child_protection_plan') }}
