-- One row per period of care of a child: from the day it started to be looked after to the day that ended.

with born as (

    select
        la_code,
        child_id,
        birth_date,
        row_number() over (
            partition by la_code, child_id order by collection_year desc nulls last, child_row desc nulls last
        ) as recency
    from {{ ref('stg_ssda903__child') }}
    where birth_date is not null

),

spanned as (

    select
        child_key,
        period_number,
        max(episode_number) as last_number,
        min(start_date) as start_date,
        max(case when is_short_break then 1 else 0 end) = 1 as is_short_break,
        max(case when is_superseded then 1 else 0 end) = 1 as is_superseded,
        count(*) as n_episodes,
        min(first_collection_year) as first_collection_year,
        max(last_collection_year) as last_collection_year
    from {{ touched(ref('core_care_episode')) }}
    group by child_key, period_number

),

-- only the last episode of a period can be open, and what is true of it is true of the period
period as (

    select
        spanned.*,
        first_episode.la_code,
        first_episode.child_id,
        first_episode.care_episode_id as care_period_id,
        first_episode.start_reason_code,
        last_episode.end_date,
        last_episode.end_reason_code,
        last_episode.is_end_of_care as is_ended,
        last_episode.submission_id
    from spanned
    inner join {{ touched(ref('core_care_episode')) }} as first_episode
        on
            spanned.child_key = first_episode.child_key
            and spanned.period_number = first_episode.episode_number
    inner join {{ touched(ref('core_care_episode')) }} as last_episode
        on
            spanned.child_key = last_episode.child_key
            and spanned.last_number = last_episode.episode_number

)

select
    period.care_period_id,
    period.la_code,
    period.child_id,
    period.child_key,
    period.period_number,
    period.start_date,
    period.start_reason_code,
    coalesce(period.start_reason_code = 'S', false) as is_start_reported,
    period.end_date,
    case when period.is_ended then period.end_reason_code end as end_reason_code,
    period.is_ended,
    period.is_short_break,
    period.is_superseded,
    cast({{ age_on('born.birth_date', 'period.start_date') }} as int) as age_at_start,
    cast({{ age_on('born.birth_date', 'period.end_date') }} as int) as age_at_end,
    cast({{ year_to_31_march('born.birth_date') }} as int) as birth_year,
    cast(period.n_episodes as int) as n_episodes,
    period.first_collection_year,
    period.last_collection_year,
    period.submission_id
from period
left join born
    on
        period.la_code = born.la_code
        and period.child_id = born.child_id
        and born.recency = 1
order by period.la_code asc, period.first_collection_year asc, period.child_key asc, period.period_number asc
