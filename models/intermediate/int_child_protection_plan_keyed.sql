-- One row per ChildProtectionPlans element, with the key its plan has in every census.

with reported as (

    {{ events_under_referral('stg_cin__child_protection_plan', 'plan_row', 'plan_id') }}

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
    plan_id
from reported
