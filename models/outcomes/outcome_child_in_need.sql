-- One row per authority and census year: episodes of need open at 31 March.

select
    'M07' as measure_id,
    collection.la_code as area_code,
    collection.collection_year as period,
    cast(count(referral.la_code) as double) as numerator,
    cast(null as double) as denominator,
    'ok' as comparability,
    collection.received_date as as_of
from {{ ref('core_collection') }} as collection
left join {{ ref('core_referral') }} as referral
    on
        collection.la_code = referral.la_code
        and collection.collection_year >= referral.first_collection_year
        and collection.collection_year <= referral.last_collection_year
        and collection.period_end >= referral.referral_date
        and coalesce(collection.period_end < referral.closure_date, true)
        and not referral.is_no_further_action
where collection.return_id = 'cin'
group by collection.la_code, collection.collection_year, collection.received_date
