-- One row per child protection plan of a child under a referral, as the latest census describes it.

with ranked as (

    select
        *,
        {{ report_order('plan_id', 'plan_row') }}
    from {{ ref('int_child_protection_plan_keyed') }}

)

select
    ranked.plan_id,
    ranked.referral_id,
    ranked.la_code,
    ranked.child_id,
    ranked.start_date,
    ranked.end_date,
    initial_abuse.code as initial_abuse_code,
    latest_abuse.code as latest_abuse_code,
    ranked.n_previous_plans,
    cast(ranked.first_collection_year as int) as first_collection_year,
    cast(ranked.collection_year as int) as last_collection_year,
    ranked.submission_id,
    ranked.source_line
from ranked
left join {{ codes_of('category_of_abuse') }} as initial_abuse
    on ranked.initial_abuse_code = initial_abuse.code
left join {{ codes_of('category_of_abuse') }} as latest_abuse
    on ranked.latest_abuse_code = latest_abuse.code
where ranked.recency = 1
