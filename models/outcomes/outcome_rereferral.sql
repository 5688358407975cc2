-- One row per authority and census year: referrals within twelve months of an earlier one, out of all.
--
-- Referral to referral, not from closure; no-further-action referrals count on both sides. Without last
-- year's census nothing can be looked back to, and the figure is unknown, not low.

select
    'M02' as measure_id,
    collection.la_code as area_code,
    collection.collection_year as period,
    case
        when collection.has_previous_year
            then cast(count(case
                when
                    referral.previous_referral_date
                    >= {{ months_before('referral.referral_date', var('rereferral_months')) }}
                    then 1
            end) as double)
    end as numerator,
    cast(count(referral.la_code) as double) as denominator,
    case when collection.has_previous_year then 'ok' else 'first_year_no_history' end as comparability,
    collection.received_date as as_of
from {{ ref('core_collection') }} as collection
left join {{ ref('core_referral') }} as referral
    on
        collection.la_code = referral.la_code
        and collection.collection_year = referral.first_collection_year
        and collection.collection_year = {{ year_to_31_march('referral.referral_date') }}
where collection.return_id = 'cin'
group by
    collection.la_code, collection.collection_year, collection.has_previous_year, collection.received_date
