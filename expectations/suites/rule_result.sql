-- One row per return, authority and period in use: how many rules ran, failed, could not be run, or broke off.

select
    concat_ws(' ', return_id, la_code, period_end) as place,
    count(*) filter (state in ('passed', 'failed')) as n_run,
    count(*) filter (reason like 'a fault in the rule itself%') as n_broken,
    count(*) filter (state = 'could_not_run') / count(*) as share_unable,
    count(*) filter (state = 'failed') / nullif(count(*) filter (state in ('passed', 'failed')), 0) as share_failed
from quality.rule_result
where is_current
group by return_id, la_code, period_end
order by place
