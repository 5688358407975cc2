-- One row per return, authority, period and rule that fails now: how many of the rows sent it flags.

with sent as (

    select
        return_id,
        la_code,
        period_end,
        sum(n_rows) as n_rows
    from quality.submission
    where state = 'current'
    group by return_id, la_code, period_end

)

select
    concat_ws(' ', return_id, la_code, period_end, failure.rule_code) as place,
    max(sent.n_rows) as n_rows,
    count(*) / max(sent.n_rows) as share_of_rows
from quality.rule_failure as failure
left join sent using (return_id, la_code, period_end)
where failure.is_open
group by return_id, la_code, period_end, failure.rule_code
order by place
