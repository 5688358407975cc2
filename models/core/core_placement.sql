-- One row per placement of a child: the episodes with one carer or in one home put together.
--
-- Temporary placements (T0 to T4) and those of less than 24 hours, which begin and end on one day, do not
-- count in the measures: the placement around a temporary one goes on through it.

with ranked as (

    select
        *,
        row_number() over (partition by child_key, placement_number order by episode_number desc) as from_last
    from {{ touched(ref('core_care_episode')) }} as episode

),

placement as (

    select
        la_code,
        child_id,
        child_key,
        period_number,
        placement_number,
        max(case when episode_number = placement_number then care_episode_id end) as placement_id,
        min(start_date) as start_date,
        max(case when episode_number = placement_number then start_reason_code end) as start_reason_code,
        max(case when from_last = 1 then end_date end) as end_date,
        max(case when from_last = 1 then placement_change_reason_code end) as placement_change_reason_code,
        max(case when episode_number = placement_number then placement_type_code end)
            as first_placement_type_code,
        max(case when from_last = 1 then placement_type_code end) as placement_type_code,
        max(case when from_last = 1 then placement_provider_code end) as placement_provider_code,
        max(case when is_short_break then 1 else 0 end) = 1 as is_short_break,
        max(case when is_temporary then 1 else 0 end) = 1 as is_temporary,
        count(*) as n_episodes,
        min(first_collection_year) as first_collection_year,
        max(last_collection_year) as last_collection_year
    from ranked
    group by la_code, child_id, child_key, period_number, placement_number

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
