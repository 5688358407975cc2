-- One row per child in a census, typed and renamed; no rows added or removed.

select
    -- keys
    submission_id,
    la_code,
    collection_year,
    row_number as child_row,
    LAchildID as child_id,

    -- attributes
    {{ to_date('PersonBirthDate') }} as birth_date,
    {{ to_date('ExpectedPersonBirthDate') }} as expected_birth_date,
    {{ to_date('PersonDeathDate') }} as death_date,
    Sex as sex_code,
    GenderCurrent as gender_code,
    Ethnicity as ethnicity_code,
    UPN as pupil_id,

    -- lineage
    line as source_line
from {{ source('cin', 'child') }}
