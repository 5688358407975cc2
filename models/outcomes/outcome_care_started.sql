-- One row per authority and year of the looked-after return: children who started to be looked after, each
-- once.
--
-- A start counts in the year it falls in, and only if that year's own return reported it.

select
    'M13' as measure_id,
    collection.la_code as area_code,
    collection.collection_year as period,
    case
        when count(period.la_code) > 0
            then cast(count(distinct case
                when
                    period.is_start_reported
                    and not period.is_short_break
                    and collection.collection_year = period.first_collection_year
                    and collection.collection_year = {{ year_to_31_march('period.start_date') }}
                    then period.child_key
            end) as double)
    end as numerator,
    cast(null as double) as denominator,
    case when count(period.la_code) > 0 then 'ok' else 'nothing_reported' end as comparability,
    collection.received_date as as_of
from {{ ref('core_collection') }} as collection
left join {{ ref('core_care_period') }} as period
    on
        collection.la_code = period.la_code
        and collection.collection_year >= period.first_collection_year
        and collection.collection_year <= period.last_collection_year
where collection.return_id = 'ssda903'
group by collection.la_code, collection.collection_year, collection.received_date
