-- One row per child known to an authority, as its latest census describes the child.
--
-- A day of birth identifies; nothing in the core set needs it. Only the month leaves staging.

with latest as (

    select
        *,
        {{ report_order('la_code, child_id', 'child_row') }}
    from {{ ref('stg_cin__child') }}

)

select
    la_code,
    child_id,
    pupil_id,
    cast(date_trunc('month', coalesce(birth_date, expected_birth_date)) as date) as birth_month,
    birth_date is null and expected_birth_date is not null as is_unborn,
    case
        when sex_code is not null then sex_code
        when gender_code = '1' then 'M'
        when gender_code = '2' then 'F'
        when gender_code is not null then 'U'
    end as sex_code,
    ethnicity_code,
    death_date is not null as has_died,
    cast(first_collection_year as int) as first_collection_year,
    cast(collection_year as int) as last_collection_year,
    submission_id
from latest
where recency = 1
