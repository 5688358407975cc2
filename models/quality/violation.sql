-- One row per place in a current submission that breaks the contract. Never the value itself.

select
    violation.submission_id,
    violation.return_id,
    violation.la_code,
    cast(violation.collection_year as int) as collection_year,
    violation.table_name,
    cast(violation.row_number as int) as row_number,
    cast(violation.line as int) as source_line,
    violation.field,
    violation.check as check_name
from {{ source('intake', 'violation') }} as violation
