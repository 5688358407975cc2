-- One row per authority and year of the workforce census: of last year's FTE in post, what still is.
--
-- Two censuses are linked by the worker's number, within the authority. Somebody who left and came back is
-- still there. Somebody sent without a number cannot be found again and counts as gone, so the figure is
-- marked history_lost. Not the complement of turnover: who came and left within the year is in that alone.

with staff as (

    select
        la_code,
        collection_year,
        worker_id,
        fte,
        -- false only where it cannot be said: neither in post nor gone
        left_out_reason is null as is_known
    from {{ ref('core_worker_post') }}
    where
        (is_in_post and not is_agency)
        or (left_out_reason in ('end_unreadable', 'agency_unknown') and coalesce(not is_agency, true))

),

found as (

    select
        la_code,
        collection_year,
        worker_id,
        max(case when is_known then 1 else 0 end) = 1 as is_known
    from staff
    where worker_id is not null
    group by la_code, collection_year, worker_id

),

unnumbered as (

    select
        la_code,
        collection_year
    from staff
    where worker_id is null

    union distinct

    select
        la_code,
        collection_year + 1 as collection_year
    from staff
    where worker_id is null

),

linked as (

    select
        staff.la_code,
        staff.collection_year + 1 as collection_year,
        case when staff.is_known then staff.fte end as fte_before,
        case
            when not found.is_known then null
            when found.worker_id is null then 0
            when staff.is_known then staff.fte
        end as fte_still
    from staff
    left join found
        on
            staff.la_code = found.la_code
            and staff.collection_year + 1 = found.collection_year
            and staff.worker_id = found.worker_id

),

summed as (

    select
        collection.la_code,
        collection.collection_year,
        collection.received_date,
        collection.has_previous_year,
        case
            when collection.has_previous_year
                then {{ known_sum('linked.fte_still', 'linked.la_code is not null') }}
        end as fte_still,
        case
            when collection.has_previous_year
                then {{ known_sum('linked.fte_before', 'linked.la_code is not null') }}
        end as fte_before,
        count(unnumbered.la_code) > 0 as is_number_missing
    from {{ ref('core_collection') }} as collection
    left join linked
        on
            collection.la_code = linked.la_code
            and collection.collection_year = linked.collection_year
    left join unnumbered
        on
            collection.la_code = unnumbered.la_code
            and collection.collection_year = unnumbered.collection_year
    where collection.return_id = 'csww'
    group by
        collection.la_code, collection.collection_year, collection.received_date, collection.has_previous_year

),

judged as (

    select
        *,
        -- not one of them found again: the numbers changed, not the whole workforce
        coalesce(fte_still = 0 and fte_before > 0, false) as is_nobody_found,
        case
            when not has_previous_year then 'first_year_no_history'
            when fte_still is null or fte_before is null then 'parts_missing'
            when (fte_still = 0 and fte_before > 0) or is_number_missing then 'history_lost'
            -- the register, and with it perhaps the numbers, changed hands in December 2019
            when collection_year = 2020 then 'break'
            else 'ok'
        end as comparability
    from summed

)

select
    'M04' as measure_id,
    la_code as area_code,
    collection_year as period,
    -- six decimals are sent: what adding makes of them beyond is noise
    case when not is_nobody_found then round(fte_still, 6) end as numerator,
    round(fte_before, 6) as denominator,
    comparability,
    received_date as as_of
from judged
