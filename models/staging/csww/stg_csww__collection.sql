-- One row per workforce census held and current: which authority, which year.

select
    submission_id,
    la_code,
    collection_year,
    {{ to_date('ReferenceDate') }} as reference_date,
    SoftwareCode as software_name,
    line as source_line
from {{ source('csww', 'header') }}
