-- One row per statutory rule, or rule of our own, and span of years in which it holds in the same words.

select
    return_id,
    rule_code,
    cast(first_year as int) as first_year,
    cast(last_year as int) as last_year,
    set_by,
    severity,
    message,
    fields,
    needs,
    is_uncertain,
    is_withdrawn,
    can_run,
    note
from {{ source('intake', 'rule') }}
