-- One row per time missing or away in a return, typed and renamed; no rows added or removed.

select
    submission_id,
    la_code,
    collection_year,
    row_number as missing_row,
    CHILD as child_id,
    upper(trim(MISSING)) as missing_type_code,
    {{ to_date('MIS_START') }} as start_date,
    {{ to_date('MIS_END') }} as end_date,
    line as source_line
from {{ source('ssda903', 'missing') }}
