-- One row per measure, authority and year of a workforce return: M03, M21, M22, M23 and M24 from their parts.
--
-- Turnover is out of the stock at the end of the year, as DfE has it, not of an average. Agency workers are
-- in M22 and M23 alone. The form of 2012-13 to 2015-16 gives all but the caseload, since it does not say in
-- how many FTE the cases were held; measure.comparable_from marks its years as a break.

{% set open = "post.left_out_reason in ('end_unreadable', 'agency_unknown')" %}
{% set open_staff = open ~ " and coalesce(not post.is_agency, true)" %}
{% set open_agency = open ~ " and coalesce(post.is_agency, true)" %}
{% set in_post = "post.is_in_post and not post.is_agency" %}
{% set staff_counted = "not post.is_agency and post.left_out_reason is null" %}
{% set holds_cases = "post.is_in_post and post.n_cases > 0 and post.cases_fte is not null" %}

with census as (

    select
        collection.la_code,
        collection.collection_year,
        collection.received_date,
        {{ known_sum('post.fte', in_post, open_staff) }} as in_post_fte,
        {{ known_sum('post.fte', 'post.is_leaver', open_staff) }} as leavers_fte,
        {{ known_sum('post.fte', 'post.is_in_post and post.is_agency', open_agency) }} as agency_fte,
        -- a mean over those of whom both sides are known; without any of them it is unknown
        sum(case when {{ holds_cases }} then cast(post.n_cases as double) end) as n_cases,
        round(sum(case when {{ holds_cases }} then post.cases_fte end), 6) as cases_fte,
        -- days not given count as none, unless nobody in post was given any: then they were not collected
        case
            when
                count(case when {{ open_staff }} then 1 end) = 0
                and count(case when {{ staff_counted }} then post.days_note end) = 0
                and count(case when {{ in_post }} then post.days_lost end) > 0
                then round(sum(case when {{ staff_counted }} then post.days_lost end), 6)
        end as days_lost
    from {{ ref('core_collection') }} as collection
    left join {{ ref('core_worker_post') }} as post
        on
            collection.la_code = post.la_code
            and collection.collection_year = post.collection_year
    where collection.return_id = 'csww'
    group by collection.la_code, collection.collection_year, collection.received_date

),

total as (

    select
        census.*,
        vacancy.vacancies_fte,
        true as is_census
    from census
    left join {{ ref('core_vacancy') }} as vacancy
        on
            census.la_code = vacancy.la_code
            and census.collection_year = vacancy.collection_year

    union all

    select
        collection.la_code,
        collection.collection_year,
        collection.received_date,
        form.in_post_fte,
        form.leavers_fte,
        form.agency_fte,
        cast(null as double) as n_cases,
        cast(null as double) as cases_fte,
        form.days_lost,
        form.vacancies_fte,
        false as is_census
    from {{ ref('core_collection') }} as collection
    inner join {{ ref('core_workforce_form') }} as form
        on
            collection.la_code = form.la_code
            and collection.collection_year = form.collection_year
    where collection.return_id = 'csww_aggregate'

),

measured as (

    select
        'M03' as measure_id,
        *,
        leavers_fte as numerator,
        in_post_fte as denominator
    from total

    union all

    select
        'M21' as measure_id,
        *,
        vacancies_fte as numerator,
        vacancies_fte + in_post_fte as denominator
    from total

    union all

    select
        'M22' as measure_id,
        *,
        agency_fte as numerator,
        agency_fte + in_post_fte as denominator
    from total

    union all

    select
        'M23' as measure_id,
        *,
        n_cases as numerator,
        cases_fte as denominator
    from total
    where is_census

    union all

    select
        'M24' as measure_id,
        *,
        days_lost as numerator,
        -- a year to 30 September holds the 29 February of the year it ends in
        in_post_fte * case when collection_year % 4 = 0 then 254 else 253 end as denominator
    from total

)

select
    measure_id,
    la_code as area_code,
    collection_year as period,
    -- six decimals are sent: what adding makes of them beyond is noise
    round(numerator, 6) as numerator,
    round(denominator, 6) as denominator,
    case when numerator is null or denominator is null then 'parts_missing' else 'ok' end as comparability,
    received_date as as_of
from measured
