-- One row per authority and year to 31 March that its legal tracker reaches into: care applications issued.
--
-- A tracker does not say which years it holds. A year counts if there is an application of any kind from the
-- year before it (or its first day) and one within it, and the tracker goes on past its end or came after it.
-- The year before, not any earlier day: else one mistyped date would open years that it never held.

with application as (

    select
        *,
        -- a day before these figures begin, or after the tracker came, is a slip: it marks out no period
        case
            when issued_date >= cast('2008-04-01' as date) and issued_date <= as_of then issued_date
        end as sound_date
    from {{ ref('core_care_application') }}

),

tracker as (

    select
        la_code,
        max(as_of) as as_of,
        max(sound_date) as last_date,
        cast({{ year_to_31_march('min(sound_date)') }} as int) as first_year,
        cast({{ year_to_31_march('max(sound_date)') }} as int) as last_year,
        count(case when issued_date is null then 1 end) as n_undated
    from application
    group by la_code

),

-- the years there are; a table that any engine can count through
year_of as (

    select distinct cast(mid_year + 1 as int) as period
    from {{ ref('child_population') }}

),

held as (

    select
        tracker.la_code,
        tracker.as_of,
        tracker.n_undated,
        year_of.period,
        {{ period_end('year_of.period', "'03-31'") }} as period_end,
        tracker.last_date >= {{ period_end('year_of.period', "'03-31'") }}
        or tracker.as_of > {{ period_end('year_of.period', "'03-31'") }} as reaches_end,
        count(case when application.issued_year = year_of.period then 1 end) as n_in_year,
        count(case
            when
                application.issued_year = year_of.period - 1
                or application.sound_date = {{ period_end('year_of.period - 1', "'04-01'") }}
                then 1
        end) as n_before,
        count(case
            when application.issued_year = year_of.period and application.is_counted then 1
        end) as n_counted,
        -- of these it is not known whether they are applications, or care applications, of this year
        count(case
            when
                application.issued_year = year_of.period
                and (application.is_number_missing or application.application_type_code is null)
                then 1
        end) as n_doubtful
    from tracker
    inner join year_of
        on tracker.first_year <= year_of.period and tracker.last_year >= year_of.period
    inner join application
        on tracker.la_code = application.la_code
    group by tracker.la_code, tracker.as_of, tracker.last_date, tracker.n_undated, year_of.period

),

judged as (

    select
        *,
        case
            when not reaches_end or n_before = 0 or n_in_year = 0 then 'year_not_covered'
            when n_doubtful + n_undated > {{ var('doubtful_share') }} * n_in_year then 'records_incomplete'
            else 'ok'
        end as comparability
    from held

)

select
    'M05' as measure_id,
    la_code as area_code,
    period,
    case when comparability = 'ok' then cast(n_counted as double) end as numerator,
    cast(null as double) as denominator,
    comparability,
    as_of
from judged
