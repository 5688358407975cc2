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
        and collection.collection_year between referral.first_collection_year and referral.last_collection_year
        and referral.referral_date <= {{ period_end('collection.collection_year', "'03-31'") }}
        and coalesce(referral.closure_date > {{ period_end('collection.collection_year', "'03-31'") }}, true)
        and not referral.is_no_further_action
where collection.return_id = 'cin'
group by collection.la_code, collection.collection_year, collection.received_date
