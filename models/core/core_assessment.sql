-- One row per assessment of a child under a referral, as the latest census describes it.

with reported as (

    {{ events_under_referral('stg_cin__assessment', 'assessment_row', 'assessment_id') }}

),

ranked as (

    select
        *,
        {{ report_order('assessment_id', 'assessment_row') }}
    from reported

)

select
    assessment_id,
    referral_id,
    la_code,
    child_id,
    start_date,
    internal_review_date,
    authorisation_date,
    cast(first_collection_year as int) as first_collection_year,
    cast(collection_year as int) as last_collection_year,
    submission_id,
    source_line
from ranked
where recency = 1
