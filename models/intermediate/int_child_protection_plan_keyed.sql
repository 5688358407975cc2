-- One row per ChildProtectionPlans element, with the key its plan has in every census.

with placed as (

    select
        event.*,
        referral.referral_id,
        {{ occurrence(['event.submission_id', 'referral_id', 'start_date'], 'plan_row') }} as occurrence
    from {{ ref('stg_cin__child_protection_plan') }} as event
    inner join {{ ref('stg_cin__referral') }} as referral
        on
            event.submission_id = referral.submission_id
            and event.referral_row = referral.referral_row

)

select
    submission_id,
    la_code,
    collection_year,
    plan_row,
    referral_id,
    child_id,
    start_date,
    end_date,
    initial_abuse_code,
    latest_abuse_code,
    n_previous_plans,
    source_line,
    {{ key_of(['referral_id', 'start_date', 'occurrence']) }} as plan_id
from placed
