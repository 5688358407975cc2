-- One row per authority and census year: plans begun by children who had had one before, out of plans begun.

select
    'M10' as measure_id,
    collection.la_code as area_code,
    collection.collection_year as period,
    cast(count(case when plan.n_previous_plans > 0 then 1 end) as double) as numerator,
    cast(count(plan.la_code) as double) as denominator,
    'ok' as comparability,
    collection.received_date as as_of
from {{ ref('core_collection') }} as collection
left join {{ ref('core_child_protection_plan') }} as plan
    on
        collection.la_code = plan.la_code
        and collection.collection_year = plan.first_collection_year
        and collection.collection_year = {{ year_to_31_march('plan.start_date') }}
where collection.return_id = 'cin'
group by collection.la_code, collection.collection_year, collection.received_date
