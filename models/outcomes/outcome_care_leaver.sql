-- One row per measure, authority and year of the looked-after return: of care leavers of 19 to 21, the ones
-- in education, employment or training (M19) and in suitable accommodation (M20).

with counted as (

    select
        collection.la_code,
        collection.collection_year,
        collection.received_date,
        count(leaver.la_code) as n_leavers,
        count(case when leaver.is_active then 1 end) as n_active,
        count(case when leaver.is_suitably_housed then 1 end) as n_suitably_housed
    from {{ ref('core_collection') }} as collection
    left join {{ ref('core_care_leaver') }} as leaver
        on
            collection.la_code = leaver.la_code
            and collection.collection_year = leaver.collection_year
            and leaver.is_in_scope
            and leaver.age >= 19
            and leaver.age <= 21
    where collection.return_id = 'ssda903'
    group by collection.la_code, collection.collection_year, collection.received_date

)

select
    'M19' as measure_id,
    la_code as area_code,
    collection_year as period,
    cast(case when n_leavers > 0 then n_active end as double) as numerator,
    cast(case when n_leavers > 0 then n_leavers end as double) as denominator,
    case when n_leavers > 0 then 'ok' else 'nothing_reported' end as comparability,
    received_date as as_of
from counted

union all

select
    'M20' as measure_id,
    la_code as area_code,
    collection_year as period,
    cast(case when n_leavers > 0 then n_suitably_housed end as double) as numerator,
    cast(case when n_leavers > 0 then n_leavers end as double) as denominator,
    case when n_leavers > 0 then 'ok' else 'nothing_reported' end as comparability,
    received_date as as_of
from counted
