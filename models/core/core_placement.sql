-- One row per placement of a child: the episodes with one carer or in one home put together.
--
-- Temporary placements (T0 to T4) and those of less than 24 hours, which begin and end on one day, do not
-- count in the measures: the placement around a temporary one goes on through it.

with spanned as (

    select
        child_key,
        placement_number,
        max(episode_number) as last_number,
        min(start_date) as start_date,
        max(case when is_short_break then 1 else 0 end) = 1 as is_short_break,
        max(case when is_temporary then 1 else 0 end) = 1 as is_temporary,
        count(*) as n_episodes,
        min(first_collection_year) as first_collection_year,
        max(last_collection_year) as last_collection_year
    from {{ touched(ref('core_care_episode')) }}
    group by child_key, placement_number

),

placement as (

    select
        spanned.*,
        first_episode.la_code,
        first_episode.child_id,
        first_episode.period_number,
        first_episode.care_episode_id as placement_id,
        first_episode.start_reason_code,
        first_episode.placement_type_code as first_placement_type_code,
        last_episode.end_date,
        last_episode.placement_change_reason_code,
        last_episode.placement_type_code,
        last_episode.placement_provider_code
    from spanned
    inner join {{ touched(ref('core_care_episode')) }} as first_episode
        on
            spanned.child_key = first_episode.child_key
            and spanned.placement_number = first_episode.episode_number
    inner join {{ touched(ref('core_care_episode')) }} as last_episode
        on
            spanned.child_key = last_episode.child_key
            and spanned.last_number = last_episode.episode_number

),

marked as (

    select
        *,
        coalesce(start_date = end_date, false) as is_under_24_hours,
        not is_temporary and not is_short_break and coalesce(start_date <> end_date, true) as is_counted
    from placement

)

select
    placement_id,
    la_code,
    child_id,
    child_key,
    period_number,
    placement_number,
    max(case when is_counted then placement_number end) over (
        partition by child_key, period_number
        order by placement_number asc rows between unbounded preceding and 1 preceding
    ) as previous_placement_number,
    start_date,
    placement_number <> period_number
    or coalesce(start_reason_code in ('S', 'P', 'B'), false) as is_start_reported,
    end_date,
    placement_change_reason_code,
    first_placement_type_code,
    placement_type_code,
    placement_provider_code,
    is_short_break,
    is_temporary,
    is_under_24_hours,
    is_counted,
    cast(n_episodes as int) as n_episodes,
    first_collection_year,
    last_collection_year
from marked
order by la_code asc, first_collection_year asc, child_key asc, placement_number asc
