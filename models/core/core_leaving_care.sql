-- One row per child and collection year in which it ceased to be looked after: the last time in that year.

with ceased as (

    select
        *,
        {{ year_to_31_march('end_date') }} as collection_year,
        row_number() over (
            partition by child_key, {{ year_to_31_march('end_date') }}
            order by end_date desc nulls last, period_number desc
        ) as recency
    from {{ touched(ref('core_care_period')) }}
    where
        is_ended
        and not is_short_break
        -- only a return of the year itself, or one in which the child still stood, says so
        and {{ year_to_31_march('end_date') }} >= first_collection_year
        and {{ year_to_31_march('end_date') }} <= last_collection_year

)

select
    la_code,
    cast(collection_year as int) as collection_year,
    child_id,
    child_key,
    care_period_id,
    end_date as leaving_date,
    end_reason_code as leaving_reason_code,
    age_at_end as age_at_leaving,
    cast({{ days_between('start_date', 'end_date') }} as int) as n_days_in_care,
    is_start_reported,
    submission_id
from ceased
where recency = 1
order by la_code asc, collection_year asc, child_key asc
