-- One row per authority and census year: episodes of need open at 31 March.
--
-- Joined on what stands in the year's census alone: with the days in the join no engine would hash it.

select
    'M07' as measure_id,
    collection.la_code as area_code,
    collection.collection_year as period,
    cast(count(case
        when
            collection.period_end >= referral.referral_date
            and coalesce(collection.period_end < referral.closure_date, true)
            and not referral.is_no_further_action
            then 1
    end) as double) as numerator,
    cast(null as double) as denominator,
    'ok' as comparability,
    collection.received_date as as_of
from {{ ref('core_collection') }} as collection
left join {{ ref('core_referral') }} as referral
    on
        collection.la_code = referral.la_code
        and collection.collection_year >= referral.first_collection_year
        and collection.collection_year <= referral.last_collection_year
where collection.return_id = 'cin'
group by collection.la_code, collection.collection_year, collection.received_date
