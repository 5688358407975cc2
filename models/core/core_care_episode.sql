-- One row per episode of care: one authority, one child, one start, as the latest return that holds it says.
--
-- An open episode stands in every return until it ends. What cannot stand together is repaired here and
-- nowhere else: what was sent stays beside the value in use, and a column says which repair it was. A period
-- of care begins with reason S and ends with a reason other than X1. A placement goes on through a new legal
-- status, through adoption by the same carers, and through a temporary one in between.

with child as (

    select
        la_code,
        child_id,
        max(collection_year) as latest_year,
        {{ numbered_in_authority('child_id asc nulls last') }} as child_key
    from {{ ref('stg_ssda903__episode') }}
    group by la_code, child_id

),

-- what is windowed below is whole numbers, dates and truth values: over text it would take twice as long
sent as (

    select
        episode.*,
        child.child_key,
        child.latest_year,
        -- which of them begin on one day; who has no readable start has none to share
        case
            when episode.start_date is null
                then cast(episode.collection_year as bigint) * 100000000 + episode.episode_row
        end as undated_key,
        -- of several with one start the one that lasted is believed, then the later row
        case when episode.end_date = episode.start_date then 0 else 1000000000 end + episode.episode_row
            as preference
    from {{ ref('stg_ssda903__episode') }} as episode
    inner join child
        on
            episode.la_code = child.la_code
            and episode.child_id = child.child_id

),

in_year as (

    select
        child_key,
        start_date,
        undated_key,
        collection_year,
        count(*) as n_same_day,
        max(case when start_reason_code = 'S' then 1 else 0 end) as is_any_start,
        max(preference) as preference
    from sent
    group by child_key, start_date, undated_key, collection_year

),

latest as (

    select
        child_key,
        min(collection_year) as first_collection_year,
        max(collection_year) as collection_year,
        max_by(n_same_day, collection_year) as n_same_day,
        max_by(is_any_start, collection_year) as is_any_start,
        max_by(preference, collection_year) as preference
    from in_year
    group by child_key, start_date, undated_key

),

believed as (

    select
        sent.*,
        latest.first_collection_year,
        latest.n_same_day,
        case
            when latest.n_same_day > 1 and latest.is_any_start = 1 then 'S' else sent.start_reason_code
        end as reason,
        coalesce(sent.legal_status_code in ('V3', 'V4'), false) as is_short_break,
        coalesce(sent.placement_type_code in ('T0', 'T1', 'T2', 'T3', 'T4'), false) as is_temporary,
        coalesce(sent.end_reason_code <> 'X1' and sent.end_date is not null, false) as is_end_of_care,
        -- Open in the last return that holds it, and gone from a later one that holds the child: it was sent
        -- anew under another start, and must not cut that one short.
        sent.end_date is null and sent.collection_year < sent.latest_year as is_superseded
    from sent
    inner join latest
        on
            sent.child_key = latest.child_key
            and sent.collection_year = latest.collection_year
            and sent.preference = latest.preference

),

beside as (

    select
        child_key,
        collection_year,
        episode_row,
        start_date,
        end_date,
        end_reason_code,
        reason,
        first_collection_year,
        is_short_break,
        is_temporary,
        is_superseded,
        placement_type_code,
        concat_ws(
            '|',
            coalesce(placement_type_code, ''),
            coalesce(placement_provider_code, ''),
            coalesce(provider_urn, ''),
            coalesce(placement_postcode_area, '')
        ) as place,
        row_number() over chain as episode_number,
        lead(is_superseded) over chain as next_is_superseded,
        lead(start_date) over chain as next_start_date,
        lead(coalesce(reason = 'S', false)) over chain as next_is_start,
        lead(first_collection_year) over chain as next_first_year,
        lag(is_superseded) over chain as previous_is_superseded,
        lag(collection_year) over chain as previous_last_year,
        lag(end_date) over chain as previous_end_date,
        lag(is_end_of_care) over chain as previous_is_end_of_care,
        lag(is_short_break) over chain as previous_is_short_break,
        lag(is_temporary) over chain as previous_is_temporary
    from believed
    window chain as (
        partition by child_key
        order by is_superseded asc, start_date asc nulls last, undated_key asc nulls last
    )

),

-- Two episodes follow one another where they stood in one return, or the first ends no earlier than the next
-- begins. Others have a stretch between them that nobody reported.
chained as (

    select
        *,
        coalesce(is_superseded = next_is_superseded, false)
        and next_start_date is not null
        and coalesce(collection_year >= next_first_year or end_date >= next_start_date, false) as is_followed,
        coalesce(is_superseded <> previous_is_superseded, true)
        or not coalesce(previous_last_year >= first_collection_year or previous_end_date >= start_date, false)
        or coalesce(reason = 'S', false)
        or coalesce(previous_is_end_of_care, false)
        or previous_is_short_break <> is_short_break as is_period_start
    from beside

),

repaired as (

    select
        *,
        case
            when is_followed and end_date is null then 'open_before_next'
            when end_date < start_date then 'before_start'
            when is_followed and end_date > next_start_date then 'overlap'
            when
                is_followed
                and end_date < next_start_date
                and end_reason_code = 'X1'
                and not next_is_start
                then 'gap'
        end as end_repair,
        max(case when is_period_start then episode_number end) over (
            partition by child_key
            order by episode_number asc rows between unbounded preceding and current row
        ) as period_number
    from chained

),

-- temporary placements stand apart, so that what came before one is beside what came after it
placed as (

    select
        *,
        lag(period_number) over kept as kept_period_number,
        lag(placement_type_code) over kept as kept_placement_type_code,
        lag(place) over kept as kept_place
    from repaired
    window kept as (partition by child_key, is_temporary order by episode_number asc)

),

moved as (

    select
        *,
        case
            when coalesce(kept_period_number <> period_number, true) then true
            when is_temporary <> previous_is_temporary then is_temporary or place <> kept_place
            when placement_type_code in ('A3', 'A5') and kept_placement_type_code like 'U%' then false
            when reason in ('P', 'B') then true
            when reason in ('L', 'T', 'U') then false
            else place <> kept_place
        end as is_placement_start
    from placed

),

grouped as (

    select
        *,
        max(case when is_placement_start then episode_number end) over (
            partition by child_key, is_temporary
            order by episode_number asc rows between unbounded preceding and current row
        ) as placement_number
    from moved

)

select
    believed.care_episode_id,
    believed.la_code,
    believed.child_id,
    cast(grouped.child_key as int) as child_key,
    cast(grouped.episode_number as int) as episode_number,
    cast(grouped.period_number as int) as period_number,
    cast(grouped.placement_number as int) as placement_number,
    believed.start_date,
    case
        when grouped.end_repair is null then believed.end_date
        when grouped.is_followed then grouped.next_start_date
        else believed.start_date
    end as end_date,
    believed.end_date as end_date_sent,
    grouped.end_repair,
    case when believed.n_same_day > 1 then 'same_day' end as start_repair,
    start_reason.code as start_reason_code,
    start_reason_sent.code as start_reason_code_sent,
    end_reason.code as end_reason_code,
    believed.is_end_of_care,
    placement_change_reason.code as placement_change_reason_code,
    legal_status.code as legal_status_code,
    category_of_need.code as category_of_need_code,
    placement_type.code as placement_type_code,
    placement_provider.code as placement_provider_code,
    believed.is_short_break,
    believed.is_temporary,
    believed.is_superseded,
    cast(believed.first_collection_year as int) as first_collection_year,
    cast(believed.collection_year as int) as last_collection_year,
    believed.submission_id,
    cast(believed.source_line as int) as source_line
from grouped
inner join believed
    on
        grouped.child_key = believed.child_key
        and grouped.collection_year = believed.collection_year
        and grouped.episode_row = believed.episode_row
left join {{ codes_of('reason_new_episode') }} as start_reason
    on believed.reason = start_reason.code
left join {{ codes_of('reason_new_episode') }} as start_reason_sent
    on believed.start_reason_code = start_reason_sent.code
left join {{ codes_of('reason_episode_ceased') }} as end_reason
    on believed.end_reason_code = end_reason.code
left join {{ codes_of('reason_placement_change') }} as placement_change_reason
    on believed.placement_change_reason_code = placement_change_reason.code
left join {{ codes_of('legal_status') }} as legal_status
    on believed.legal_status_code = legal_status.code
left join {{ codes_of('ssda903_category_of_need') }} as category_of_need
    on believed.category_of_need_code = category_of_need.code
left join {{ codes_of('placement_type') }} as placement_type
    on believed.placement_type_code = placement_type.code
left join {{ codes_of('placement_provider') }} as placement_provider
    on believed.placement_provider_code = placement_provider.code
order by
    believed.la_code asc,
    believed.first_collection_year asc,
    grouped.child_key asc,
    grouped.episode_number asc
