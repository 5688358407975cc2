-- One row per child looked after at 31 March: one authority, one collection year, one child. Short breaks are
-- left out.

with open_episode as (

    select
        collection.collection_year,
        collection.period_end,
        episode.*,
        row_number() over (
            partition by collection.collection_year, episode.child_key
            order by episode.start_date desc nulls last, episode.episode_number desc
        ) as recency
    from {{ ref('core_collection') }} as collection
    inner join {{ touched(ref('core_care_episode')) }} as episode
        on
            collection.la_code = episode.la_code
            and collection.collection_year >= episode.first_collection_year
            and collection.collection_year <= episode.last_collection_year
            and coalesce(collection.period_end >= episode.start_date, true)
            and coalesce(collection.period_end < episode.end_date, true)
            and not episode.is_short_break
    where collection.return_id = 'ssda903'

),

-- Whoever is in a temporary placement on the day still has the one that was left for it.
held as (

    select
        child_key,
        placement_number,
        case
            when is_counted then placement_number
            else coalesce(previous_placement_number, placement_number)
        end as standing_placement_number
    from {{ touched(ref('core_placement')) }}

),

looked_after as (

    select
        open_episode.la_code,
        open_episode.collection_year,
        open_episode.period_end,
        open_episode.child_id,
        open_episode.child_key,
        open_episode.care_episode_id,
        open_episode.legal_status_code,
        open_episode.placement_type_code,
        period.care_period_id,
        period.start_date as period_start_date,
        period.is_start_reported,
        placement.placement_id,
        placement.start_date as placement_start_date,
        placement.is_start_reported as is_placement_start_reported,
        previous.start_date as previous_start_date,
        previous.is_start_reported as is_previous_start_reported,
        open_episode.collection_year - period.birth_year as age,
        {{ months_before('open_episode.period_end', 12) }} as year_before,
        {{ months_before('open_episode.period_end', var('same_placement_months')) }} as same_placement_since,
        {{ months_before('open_episode.period_end', var('long_term_months')) }} as long_term_since,
        coalesce(open_episode.placement_type_code like 'A%', false) as is_adoptive
    from open_episode
    inner join {{ touched(ref('core_care_period')) }} as period
        on
            open_episode.child_key = period.child_key
            and open_episode.period_number = period.period_number
    inner join held
        on
            open_episode.child_key = held.child_key
            and open_episode.placement_number = held.placement_number
    inner join {{ touched(ref('core_placement')) }} as placement
        on
            held.child_key = placement.child_key
            and held.standing_placement_number = placement.placement_number
    left join {{ touched(ref('core_placement')) }} as previous
        on
            placement.child_key = previous.child_key
            and placement.previous_placement_number = previous.placement_number
    where open_episode.recency = 1

),

placed as (

    select
        looked_after.collection_year,
        looked_after.child_key,
        count(*) as n_placements
    from looked_after
    inner join {{ touched(ref('core_placement')) }} as placement
        on
            looked_after.child_key = placement.child_key
            and looked_after.collection_year >= placement.first_collection_year
            and looked_after.collection_year <= placement.last_collection_year
            and coalesce(looked_after.period_end >= placement.start_date, true)
            and coalesce(looked_after.year_before < placement.end_date, true)
            and placement.is_counted
    group by looked_after.collection_year, looked_after.child_key

),

worked as (

    select
        looked_after.collection_year,
        looked_after.child_key,
        count(distinct worker.worker_id) as n_social_workers
    from looked_after
    inner join {{ ref('core_social_worker_change') }} as worker
        on
            looked_after.la_code = worker.la_code
            and looked_after.child_id = worker.child_id
            and looked_after.collection_year >= worker.first_collection_year
            and looked_after.collection_year <= worker.last_collection_year
            and coalesce(looked_after.period_end >= worker.start_date, true)
            and coalesce(looked_after.year_before < worker.end_date, true)
    group by looked_after.collection_year, looked_after.child_key

),

-- a year in which no social worker at all was sent says nothing about how many a child had
with_workers as (

    select distinct
        la_code,
        collection_year
    from {{ ref('stg_ssda903__social_worker') }}

),

judged as (

    select
        looked_after.*,
        coalesce(placed.n_placements, 0) as n_placements,
        case when with_workers.la_code is not null then coalesce(worked.n_social_workers, 0) end
            as n_social_workers,
        case
            when looked_after.age >= 16 then false
            when looked_after.period_start_date > looked_after.long_term_since
                then case when looked_after.is_start_reported then false end
            when looked_after.age < 16 and looked_after.period_start_date is not null then true
        end as is_long_term,
        case
            when looked_after.placement_start_date <= looked_after.same_placement_since then true
            when
                looked_after.is_adoptive
                and looked_after.previous_start_date <= looked_after.same_placement_since
                then true
            when looked_after.placement_start_date is null then null
            when not looked_after.is_adoptive
                then case when looked_after.is_placement_start_reported then false end
            when looked_after.previous_start_date is not null
                then case when looked_after.is_previous_start_reported then false end
            when looked_after.is_start_reported then false
        end as is_same_placement
    from looked_after
    left join placed
        on
            looked_after.collection_year = placed.collection_year
            and looked_after.child_key = placed.child_key
    left join worked
        on
            looked_after.collection_year = worked.collection_year
            and looked_after.child_key = worked.child_key
    left join with_workers
        on
            looked_after.la_code = with_workers.la_code
            and looked_after.collection_year = with_workers.collection_year

)

select
    la_code,
    collection_year,
    child_id,
    child_key,
    care_episode_id,
    care_period_id,
    placement_id,
    cast(age as int) as age,
    legal_status_code,
    placement_type_code,
    cast(n_placements as int) as n_placements,
    cast(n_social_workers as int) as n_social_workers,
    is_long_term,
    is_same_placement
from judged
order by la_code asc, collection_year asc, child_key asc
