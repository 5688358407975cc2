-- One row per authority: how often and how long its children are missing.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    avg((n_days > 28)::int) as share_over_28_days,
    count(*) / approx_count_distinct(child_id) as per_child
from core.core_missing_episode
group by la_code
order by place
