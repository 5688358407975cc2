-- One row per authority and census year: plans open at 31 March for two years or more, out of all open.
--
-- Joined on what stands in the year's census alone: with the days in the join no engine would hash it.

with known_plan as (

    select
        collection.la_code,
        collection.collection_year,
        collection.received_date,
        collection.period_end >= plan.start_date
        and coalesce(collection.period_end < plan.end_date, true) as is_open,
        {{ days_between('plan.start_date', 'collection.period_end') }} as days_open
    from {{ ref('core_collection') }} as collection
    left join {{ ref('core_child_protection_plan') }} as plan
        on
            collection.la_code = plan.la_code
            and collection.collection_year >= plan.first_collection_year
            and collection.collection_year <= plan.last_collection_year
    where collection.return_id = 'cin'

)

select
    'M11' as measure_id,
    la_code as area_code,
    collection_year as period,
    cast(count(case
        when is_open and days_open > {{ var('two_years_in_days') }} then 1
    end) as double) as numerator,
    cast(count(case when is_open then 1 end) as double) as denominator,
    'ok' as comparability,
    received_date as as_of
from known_plan
group by la_code, collection_year, received_date
