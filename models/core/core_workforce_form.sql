-- One row per authority and year of the workforce form of 2012-13 to 2015-16: totals, before workers were
-- returned one by one.
--
-- A form is one line; of several the last is shown, and n_lines says so.

with ranked as (

    select
        *,
        count(*) over (partition by la_code, collection_year) as n_lines,
        row_number() over (
            partition by la_code, collection_year
            order by submission_id desc nulls last, form_row desc nulls last
        ) as recency
    from {{ ref('stg_csww_aggregate__form') }}

)

select
    submission_id,
    la_code,
    cast(collection_year as int) as collection_year,
    case when in_post_fte >= 0 then in_post_fte end as in_post_fte,
    cast(in_post_headcount as int) as in_post_headcount,
    case when vacancies_fte >= 0 then vacancies_fte end as vacancies_fte,
    case when agency_fte >= 0 then agency_fte end as agency_fte,
    cast(agency_headcount as int) as agency_headcount,
    case when starters_fte >= 0 then starters_fte end as starters_fte,
    case when leavers_fte >= 0 then leavers_fte end as leavers_fte,
    cast(leavers_headcount as int) as leavers_headcount,
    case when days_lost >= 0 then days_lost end as days_lost,
    cast(n_cases as int) as n_cases,
    cast(n_lines as int) as n_lines,
    source_line
from ranked
where recency = 1
order by la_code asc nulls last, collection_year asc nulls last
