-- One row per referral: one authority, one child, one day.
--
-- An open case stands in every census until it is closed; the latest census that carries it is believed.
-- Two referrals of one child on one day are one referral.

with reported as (

    select
        *,
        {{ report_order('referral_id', 'referral_row') }}
    from {{ ref('stg_cin__referral') }}

)

select
    referral_id,
    la_code,
    child_id,
    referral_date,
    lag(referral_date) over (
        partition by la_code, child_id
        order by referral_date asc nulls last, referral_id asc
    ) as previous_referral_date,
    closure_date,
    referral_source_code,
    primary_need_code,
    closure_reason_code,
    coalesce(is_no_further_action, false) as is_no_further_action,
    cast(first_collection_year as int) as first_collection_year,
    cast(collection_year as int) as last_collection_year,
    submission_id,
    source_line
from reported
where recency = 1
