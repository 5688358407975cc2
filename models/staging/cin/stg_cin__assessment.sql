-- One row per Assessments element.

select
    submission_id,
    la_code,
    collection_year,
    row_number as assessment_row,
    parent_row as referral_row,
    LAchildID as child_id,
    {{ to_date('AssessmentActualStartDate') }} as start_date,
    {{ to_date('AssessmentInternalReviewDate') }} as internal_review_date,
    {{ to_date('AssessmentAuthorisationDate') }} as authorisation_date,
    line as source_line
from {{ source('cin', 'assessment') }}
