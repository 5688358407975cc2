-- One row per care leaver in a return: one authority, one collection year, one young person.

with ranked as (

    select
        *,
        row_number() over (
            partition by la_code, collection_year, child_id order by care_leaver_row desc
        ) as recency
    from {{ ref('stg_ssda903__care_leaver') }}

),

born as (

    select
        la_code,
        child_id,
        birth_date,
        row_number() over (
            partition by la_code, child_id order by collection_year desc nulls last, child_row desc nulls last
        ) as recency
    from {{ ref('stg_ssda903__child') }}
    where birth_date is not null

)

select
    ranked.la_code,
    cast(ranked.collection_year as int) as collection_year,
    ranked.child_id,
    cast(
        ranked.collection_year - {{ year_to_31_march('coalesce(ranked.birth_date, born.birth_date)') }} as int
    ) as age,
    in_touch.code as in_touch_code,
    activity.code as activity_code,
    accommodation.code as accommodation_code,
    coalesce(in_touch.code not in ('DIED', 'RHOM'), true) as is_in_scope,
    coalesce(substring(activity.code, 1, 1) in ('F', 'P'), false) as is_active,
    coalesce(substring(accommodation.code, 2, 1) = '1', false) as is_suitably_housed,
    ranked.submission_id,
    cast(ranked.source_line as int) as source_line
from ranked
left join born
    on
        ranked.la_code = born.la_code
        and ranked.child_id = born.child_id
        and born.recency = 1
left join {{ codes_of('care_leaver_in_touch') }} as in_touch
    on ranked.in_touch_code = in_touch.code
left join {{ codes_of('care_leaver_activity') }} as activity
    on ranked.activity_code = activity.code
left join {{ codes_of('care_leaver_accommodation') }} as accommodation
    on ranked.accommodation_code = accommodation.code
where ranked.recency = 1
order by ranked.la_code asc, ranked.collection_year asc, ranked.child_id asc
