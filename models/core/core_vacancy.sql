-- One row per authority and year of the workforce census: the vacancies it says it has.
--
-- A census without them is here all the same, with a note. Two statements that differ are none.

with stated as (

    select
        submission_id,
        min(vacancies_fte) as least_fte,
        max(vacancies_fte) as most_fte,
        count(case when is_vacancies_sent then 1 end) as n_sent,
        count(case when vacancies_fte >= 0 then 1 end) as n_usable,
        max(covering_agency_fte) as covering_agency_fte,
        max(covering_agency_headcount) as covering_agency_headcount,
        min(source_line) as source_line
    from {{ ref('stg_csww__vacancy') }}
    group by submission_id

),

noted as (

    select
        *,
        case
            when n_sent = 0 then 'missing'
            when n_usable < n_sent then 'unreadable'
            when least_fte < most_fte then 'contradictory'
        end as fault
    from stated

)

select
    collection.submission_id,
    collection.la_code,
    cast(collection.collection_year as int) as collection_year,
    case when noted.fault is null then noted.most_fte end as vacancies_fte,
    case when noted.submission_id is null then 'missing' else noted.fault end as vacancies_note,
    noted.covering_agency_fte,
    cast(noted.covering_agency_headcount as int) as covering_agency_headcount,
    noted.source_line
from {{ ref('stg_csww__collection') }} as collection
left join noted
    on collection.submission_id = noted.submission_id
order by collection.la_code asc nulls last, collection.collection_year asc nulls last
