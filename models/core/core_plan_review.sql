-- One row per review of a child protection plan: one plan, one day.

with reported as (

    select
        review.*,
        plan.plan_id
    from {{ ref('stg_cin__plan_review') }} as review
    inner join {{ ref('int_child_protection_plan_keyed') }} as plan
        on
            review.submission_id = plan.submission_id
            and review.plan_row = plan.plan_row
    where review.review_date is not null

),

ranked as (

    select
        *,
        {{ report_order('plan_id, review_date', 'review_row') }}
    from reported

)

select
    plan_id,
    la_code,
    child_id,
    review_date,
    cast(first_collection_year as int) as first_collection_year,
    cast(collection_year as int) as last_collection_year,
    submission_id,
    source_line
from ranked
where recency = 1
