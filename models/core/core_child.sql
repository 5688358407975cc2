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
    latest.la_code,
    latest.child_id,
    latest.pupil_id,
    cast(date_trunc('month', coalesce(latest.birth_date, latest.expected_birth_date)) as date) as birth_month,
    latest.birth_date is null and latest.expected_birth_date is not null as is_unborn,
    case
        when latest.sex_code is not null then sex.code
        when latest.gender_code = '1' then 'M'
        when latest.gender_code = '2' then 'F'
        when latest.gender_code is not null then 'U'
    end as sex_code,
    ethnicity.code as ethnicity_code,
    latest.death_date is not null as has_died,
    cast(latest.first_collection_year as int) as first_collection_year,
    cast(latest.collection_year as int) as last_collection_year,
    latest.submission_id
from latest
left join {{ codes_of('cin_sex') }} as sex
    on latest.sex_code = sex.code
left join {{ codes_of('ethnicity') }} as ethnicity
    on latest.ethnicity_code = ethnicity.code
where latest.recency = 1
