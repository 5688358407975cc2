-- One row per authority: how often workers change.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(start_date))) / count(start_date) as share_on_one_day,
    count(*) / approx_count_distinct(child_id) as per_child
from core.core_social_worker_change
group by la_code
order by place
