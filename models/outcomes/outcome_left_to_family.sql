-- One row per authority and year of the looked-after return: children who left care to family or
-- guardianship, out of all who left; who left twice counts once, by the last time.

select
    'M17' as measure_id,
    collection.la_code as area_code,
    collection.collection_year as period,
    case
        when count(leaving.la_code) > 0
            then cast(count(case
                when
                    leaving.leaving_reason_code in ('E4A', 'E41', 'E43', 'E44', 'E45', 'E46', 'E47', 'E48')
                    then 1
            end) as double)
    end as numerator,
    case when count(leaving.la_code) > 0 then cast(count(leaving.la_code) as double) end as denominator,
    case when count(leaving.la_code) > 0 then 'ok' else 'nothing_reported' end as comparability,
    collection.received_date as as_of
from {{ ref('core_collection') }} as collection
left join {{ ref('core_leaving_care') }} as leaving
    on
        collection.la_code = leaving.la_code
        and collection.collection_year = leaving.collection_year
where collection.return_id = 'ssda903'
group by collection.la_code, collection.collection_year, collection.received_date
