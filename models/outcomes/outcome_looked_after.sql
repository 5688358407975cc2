-- One row per measure, authority and year of the looked-after return: children looked after at 31 March
-- (M12), and of those the ones with three or more placements (M14), in one placement for two years (M15),
-- with three or more social workers (M16).

with counted as (

    select
        la_code,
        collection_year,
        count(*) as n_children,
        count(case when n_placements >= 3 then 1 end) as n_moved,
        count(case when is_long_term then 1 end) as n_long_term,
        count(case when is_long_term and is_same_placement then 1 end) as n_settled,
        -- where it cannot be known of one child, it cannot be known of all: never low, but unknown
        count(case when is_long_term is null then 1 end) as n_unknown_term,
        count(case when coalesce(is_long_term, true) and is_same_placement is null then 1 end)
            as n_unknown_placement,
        count(n_social_workers) as n_with_workers_sent,
        count(case when n_social_workers >= 3 then 1 end) as n_changed_worker
    from {{ ref('core_looked_after_child') }}
    group by la_code, collection_year

),

-- without one episode in a year's return its episodes are not held: not nobody, but unknown
held as (

    select
        collection.la_code,
        collection.collection_year,
        collection.received_date,
        coalesce(collection.has_previous_year and earlier.has_previous_year, false) as has_two_years_before,
        count(period.la_code) > 0 as is_reported
    from {{ ref('core_collection') }} as collection
    left join {{ ref('core_collection') }} as earlier
        on
            collection.return_id = earlier.return_id
            and collection.la_code = earlier.la_code
            and collection.collection_year - 1 = earlier.collection_year
    left join {{ ref('core_care_period') }} as period
        on
            collection.la_code = period.la_code
            and collection.collection_year >= period.first_collection_year
            and collection.collection_year <= period.last_collection_year
    where collection.return_id = 'ssda903'
    group by
        collection.la_code,
        collection.collection_year,
        collection.received_date,
        collection.has_previous_year,
        earlier.has_previous_year

),

figure as (

    select
        held.*,
        case when held.is_reported then coalesce(counted.n_children, 0) end as n_children,
        coalesce(counted.n_moved, 0) as n_moved,
        coalesce(counted.n_long_term, 0) as n_long_term,
        coalesce(counted.n_settled, 0) as n_settled,
        coalesce(counted.n_unknown_term, 0) as n_unknown_term,
        coalesce(counted.n_unknown_placement, 0) as n_unknown_placement,
        coalesce(counted.n_with_workers_sent, 0) as n_with_workers_sent,
        coalesce(counted.n_changed_worker, 0) as n_changed_worker
    from held
    left join counted
        on
            held.la_code = counted.la_code
            and held.collection_year = counted.collection_year

)

select
    'M12' as measure_id,
    la_code as area_code,
    collection_year as period,
    cast(n_children as double) as numerator,
    cast(null as double) as denominator,
    case when is_reported then 'ok' else 'nothing_reported' end as comparability,
    received_date as as_of
from figure

union all

select
    'M14' as measure_id,
    la_code as area_code,
    collection_year as period,
    cast(case when is_reported then n_moved end as double) as numerator,
    cast(n_children as double) as denominator,
    case when is_reported then 'ok' else 'nothing_reported' end as comparability,
    received_date as as_of
from figure

union all

select
    'M15' as measure_id,
    la_code as area_code,
    collection_year as period,
    cast(case when is_reported and n_unknown_term + n_unknown_placement = 0 then n_settled end as double)
        as numerator,
    cast(case when is_reported and n_unknown_term = 0 then n_long_term end as double) as denominator,
    case
        when not is_reported then 'nothing_reported'
        when n_unknown_term + n_unknown_placement = 0 then 'ok'
        when has_two_years_before then 'history_lost'
        else 'first_year_no_history'
    end as comparability,
    received_date as as_of
from figure

union all

-- social workers were first asked for in 2023-24
select
    'M16' as measure_id,
    la_code as area_code,
    collection_year as period,
    cast(case when n_with_workers_sent > 0 then n_changed_worker end as double) as numerator,
    cast(n_children as double) as denominator,
    case when n_with_workers_sent > 0 then 'ok' else 'nothing_reported' end as comparability,
    received_date as as_of
from figure
where collection_year >= 2024
