-- One row per return: its rules, and how many of those of the release before are still among them.

with before_it as (

    select
        return_id,
        count(distinct rule_code) as n_before,
        count(distinct rule_code) filter (
            rule_code in (select now.rule_code from quality.rule as now where now.return_id = earlier.return_id)
        ) as n_kept
    from before.quality.rule as earlier
    group by return_id

)

select
    rule.return_id as place,
    count(*) filter (rule.can_run) / count(*) as share_that_can_run,
    coalesce(any_value(before_it.n_kept) / any_value(before_it.n_before), 1) as share_kept
from quality.rule as rule
left join before_it using (return_id)
group by rule.return_id
order by place
