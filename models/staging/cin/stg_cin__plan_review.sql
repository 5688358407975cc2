-- One row per CPPreviewDate element: every repeat in a Reviews group is a row.

select
    submission_id,
    la_code,
    collection_year,
    row_number as review_row,
    parent_row as plan_row,
    LAchildID as child_id,
    {{ to_date('CPPreviewDate') }} as review_date,
    line as source_line
from {{ source('cin', 'plan_review') }}
