-- One row per initial child protection conference: one child, one day.
--
-- The date stands under the enquiry that led to it, or under the referral where no enquiry did (a child who
-- moved in while on a plan elsewhere). Both name the same event, so a child and a day is one conference.

with reported as (

    select
        section_47.la_code,
        section_47.child_id,
        section_47.initial_conference_date as conference_date,
        referral.referral_id,
        section_47.start_date as section_47_start_date,
        section_47.collection_year,
        section_47.section_47_row as place,
        section_47.submission_id,
        section_47.source_line
    from {{ ref('stg_cin__section_47') }} as section_47
    inner join {{ ref('stg_cin__referral') }} as referral
        on
            section_47.submission_id = referral.submission_id
            and section_47.referral_row = referral.referral_row
    where section_47.initial_conference_date is not null

    union all

    select
        la_code,
        child_id,
        initial_conference_date as conference_date,
        referral_id,
        cast(null as date) as section_47_start_date,
        collection_year,
        -referral_row as place, -- below any enquiry's: its own record is the fuller one and is preferred
        submission_id,
        source_line
    from {{ ref('stg_cin__referral') }}
    where initial_conference_date is not null

),

ranked as (

    select
        *,
        {{ report_order('la_code, child_id, conference_date', 'place') }}
    from reported

)

select
    {{ key_of(['la_code', 'child_id', 'conference_date']) }} as conference_id,
    referral_id,
    la_code,
    child_id,
    conference_date,
    section_47_start_date,
    cast(first_collection_year as int) as first_collection_year,
    cast(collection_year as int) as last_collection_year,
    submission_id,
    source_line
from ranked
where recency = 1
