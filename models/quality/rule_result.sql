-- One row per state that a return was ever in and rule: what came of it, and what a resubmission changed.

with came as (

    select
        return_id,
        la_code,
        period_end,
        rule_code,
        first_seen_at as known_at,
        count(*) as n_new
    from {{ touched(ref('rule_failure')) }}
    group by return_id, la_code, period_end, rule_code, first_seen_at

),

went as (

    select
        return_id,
        la_code,
        period_end,
        rule_code,
        cleared_at as known_at,
        count(*) as n_cleared
    from {{ touched(ref('rule_failure')) }}
    where cleared_at is not null
    group by return_id, la_code, period_end, rule_code, cleared_at

)

select
    state.check_id,
    state.return_id,
    state.la_code,
    cast(state.collection_year as int) as collection_year,
    state.period_end,
    state.known_at,
    state.superseded_at,
    state.superseded_at is null as is_current,
    result.rule_code,
    result.state,
    result.reason,
    cast(result.n_failures as int) as n_failures,
    cast(coalesce(came.n_new, 0) as int) as n_new,
    cast(coalesce(went.n_cleared, 0) as int) as n_cleared
from {{ touched(ref('stg_intake__rule_check')) }} as state
inner join {{ source('intake', 'rule_result') }} as result
    on state.check_id = result.check_id
left join came
    on
        state.return_id = came.return_id
        and state.la_code = came.la_code
        and state.period_end = came.period_end
        and state.known_at = came.known_at
        and result.rule_code = came.rule_code
left join went
    on
        state.return_id = went.return_id
        and state.la_code = went.la_code
        and state.period_end = went.period_end
        and state.known_at = went.known_at
        and result.rule_code = went.rule_code
