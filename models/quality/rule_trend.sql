-- One row per return, authority, period and rule that ever failed there: how failures came and went.
--
-- Days open are counted to the newest arrival of all: the same submissions always give the same figures.

with newest as (

    select cast(max(known_at) as date) as arrived_on
    from {{ ref('stg_intake__rule_check') }}

),

counted as (

    select
        failure.return_id,
        failure.la_code,
        failure.collection_year,
        failure.period_end,
        failure.rule_code,
        sum(case when failure.is_open then 1 else 0 end) as n_open,
        sum(case when failure.is_open then 0 else 1 end) as n_cleared,
        avg(failure.days_to_clear) as mean_days_to_clear,
        max(
            case
                when failure.is_open
                    then {{ days_between('cast(failure.first_seen_at as date)', 'newest.arrived_on') }}
            end
        ) as most_days_open
    from {{ ref('rule_failure') }} as failure
    cross join newest
    group by
        failure.return_id, failure.la_code, failure.collection_year, failure.period_end, failure.rule_code

)

select
    this_year.return_id,
    this_year.la_code,
    this_year.collection_year,
    this_year.period_end,
    this_year.rule_code,
    cast(this_year.n_open as int) as n_open,
    cast(last_year.n_open as int) as n_open_year_before,
    cast(this_year.n_cleared as int) as n_cleared,
    this_year.mean_days_to_clear,
    cast(this_year.most_days_open as int) as most_days_open
from counted as this_year
left join counted as last_year
    on
        this_year.return_id = last_year.return_id
        and this_year.la_code = last_year.la_code
        and this_year.rule_code = last_year.rule_code
        and {{ months_before('this_year.period_end', 12) }} = last_year.period_end
