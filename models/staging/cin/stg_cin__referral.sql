-- One row per CINdetails element: a referral and the episode of need it opened.

with typed as (

    select
        *,
        {{ to_date('CINreferralDate') }} as referral_date
    from {{ source('cin', 'cin_details') }}

)

select
    -- keys: a referral without a readable date is still a referral, of its own
    submission_id,
    la_code,
    collection_year,
    row_number as referral_row,
    LAchildID as child_id,
    case
        when referral_date is not null then {{ key_of(['la_code', 'LAchildID', 'referral_date']) }}
        else {{ key_of(['la_code', 'LAchildID', 'submission_id', 'row_number']) }}
    end as referral_id,

    -- dates
    referral_date,
    {{ to_date('CINclosureDate') }} as closure_date,
    {{ to_date('DateOfInitialCPC') }} as initial_conference_date,

    -- codes
    ReferralSource as referral_source_code,
    PrimaryNeedCode as primary_need_code,
    ReasonForClosure as closure_reason_code,
    ReferralNFA = '1' as is_no_further_action,

    -- lineage
    line as source_line
from typed
