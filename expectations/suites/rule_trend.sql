-- One row per return, authority, period and rule with open failures: how they grew, and how long the oldest stands.

select
    concat_ws(' ', return_id, la_code, period_end, rule_code) as place,
    n_open,
    n_open / nullif(n_open_year_before, 0) as growth,
    most_days_open
from quality.rule_trend
where n_open > 0
order by place
