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
    reported.referral_id,
    reported.la_code,
    reported.child_id,
    reported.referral_date,
    lag(reported.referral_date) over (
        partition by reported.la_code, reported.child_id
        order by reported.referral_date asc nulls last, reported.referral_id asc
    ) as previous_referral_date,
    reported.closure_date,
    referral_source.code as referral_source_code,
    primary_need.code as primary_need_code,
    closure_reason.code as closure_reason_code,
    coalesce(reported.is_no_further_action, false) as is_no_further_action,
    cast(reported.first_collection_year as int) as first_collection_year,
    cast(reported.collection_year as int) as last_collection_year,
    reported.submission_id,
    reported.source_line
from reported
left join {{ codes_of('cin_referral_source') }} as referral_source
    on reported.referral_source_code = referral_source.code
left join {{ codes_of('primary_need') }} as primary_need
    on reported.primary_need_code = primary_need.code
left join {{ codes_of('cin_reason_for_closure') }} as closure_reason
    on reported.closure_reason_code = closure_reason.code
where reported.recency = 1
