-- One row per child in a return, typed and renamed; no rows added or removed.

select
    -- keys
    submission_id,
    la_code,
    collection_year,
    row_number as child_row,
    CHILD as child_id,

    -- attributes
    {{ to_date('DOB') }} as birth_date,
    trim(SEX) as sex_code,
    trim(ETHNIC) as ethnicity_code,
    UPN as pupil_id,

    -- lineage
    line as source_line
from {{ source('ssda903', 'header') }}
