-- One row per section 47 enquiry into a child under a referral, as the latest census describes it.

with reported as (

    select
        event.*,
        referral.referral_id,
        {{ occurrence(['event.submission_id', 'referral_id', 'start_date'], 'section_47_row') }} as occurrence
    from {{ ref('stg_cin__section_47') }} as event
    inner join {{ ref('stg_cin__referral') }} as referral
        on
            event.submission_id = referral.submission_id
            and event.referral_row = referral.referral_row

),

keyed as (

    select
        *,
        {{ key_of(['referral_id', 'start_date', 'occurrence']) }} as section_47_id
    from reported

),

ranked as (

    select
        *,
        {{ report_order('section_47_id', 'section_47_row') }}
    from keyed

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
