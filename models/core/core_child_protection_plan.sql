-- One row per child protection plan of a child under a referral, as the latest census describes it.

with ranked as (

    select
        *,
        {{ report_order('plan_id', 'plan_row') }}
    from {{ ref('int_child_protection_plan_keyed') }}

)

select
    plan_id,
    referral_id,
    la_code,
    child_id,
    start_date,
    end_date,
    initial_abuse_code,
    latest_abuse_code,
    n_previous_plans,
    cast(first_collection_year as int) as first_collection_year,
    cast(collection_year as int) as last_collection_year,
    submission_id,
    source_line
from ranked
where recency = 1
