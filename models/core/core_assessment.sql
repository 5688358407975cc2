-- One row per assessment of a child under a referral, as the latest census describes it.

with reported as (

    select
        event.*,
        referral.referral_id,
        {{ occurrence(['event.submission_id', 'referral_id', 'start_date'], 'assessment_row') }} as occurrence
    from {{ ref('stg_cin__assessment') }} as event
    inner join {{ ref('stg_cin__referral') }} as referral
        on
            event.submission_id = referral.submission_id
            and event.referral_row = referral.referral_row

),

keyed as (

    select
        *,
        {{ key_of(['referral_id', 'start_date', 'occurrence']) }} as assessment_id
    from reported

),

ranked as (

    select
        *,
        {{ report_order('assessment_id', 'assessment_row') }}
    from keyed

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
