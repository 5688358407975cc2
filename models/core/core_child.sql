-- One row per child known to an authority, as its latest census describes the child; a child in no census, as
-- the latest looked-after return does.
--
-- A day of birth identifies; nothing in the core set needs it. Only the month leaves staging. In the
-- looked-after return the reason for having no pupil number stands in the number's own field.

with reported as (

    select
        submission_id,
        la_code,
        collection_year,
        child_row,
        child_id,
        1 as is_census,
        pupil_id,
        birth_date,
        expected_birth_date,
        death_date,
        sex_code,
        gender_code,
        ethnicity_code
    from {{ ref('stg_cin__child') }}

    union all

    select
        submission_id,
        la_code,
        collection_year,
        child_row,
        child_id,
        0 as is_census,
        pupil_id,
        birth_date,
        cast(null as date) as expected_birth_date,
        cast(null as date) as death_date,
        case sex_code when '1' then 'M' when '2' then 'F' else sex_code end as sex_code,
        cast(null as string) as gender_code,
        ethnicity_code
    from {{ ref('stg_ssda903__child') }}

),

latest as (

    select
        *,
        min(collection_year) over (partition by la_code, child_id, is_census) as first_collection_year,
        row_number() over (
            partition by la_code, child_id
            order by is_census desc nulls last, collection_year desc nulls last, child_row desc nulls last
        ) as recency
    from reported

)

select
    latest.la_code,
    latest.child_id,
    case when no_pupil_number.code is null then latest.pupil_id end as pupil_id,
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
left join {{ codes_of('ssda903_upn_unknown') }} as no_pupil_number
    on latest.pupil_id = no_pupil_number.code
where latest.recency = 1
