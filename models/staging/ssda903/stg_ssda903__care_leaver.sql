-- One row per care leaver in a return, typed and renamed; no rows added or removed.

select
    submission_id,
    la_code,
    collection_year,
    row_number as care_leaver_row,
    CHILD as child_id,
    {{ to_date('DOB') }} as birth_date,
    upper(trim(IN_TOUCH)) as in_touch_code,
    upper(trim(ACTIV)) as activity_code,
    upper(trim(ACCOM)) as accommodation_code,
    line as source_line
from {{ source('ssda903', 'oc3') }}
