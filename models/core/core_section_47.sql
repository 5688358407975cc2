-- One row per section 47 enquiry into a child under a referral, as the latest census describes it.

with reported as (

    {{ events_under_referral('stg_cin__section_47', 'section_47_row', 'section_47_id') }}

),

ranked as (

    select
        *,
        {{ report_order('section_47_id', 'section_47_row') }}
    from reported

)

select
    section_47_id,
    referral_id,
    la_code,
    child_id,
    start_date,
    initial_conference_target_date,
    initial_conference_date,
    coalesce(is_conference_not_required, false) as is_conference_not_required,
    cast(first_collection_year as int) as first_collection_year,
    cast(collection_year as int) as last_collection_year,
    submission_id,
    source_line
from ranked
where recency = 1
