-- One row per authority: how its plans are reviewed.

select
    la_code as place,
    count(*) as n_rows,
    avg((review_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(review_date))) / count(review_date) as share_on_one_day,
    count(*) / approx_count_distinct(plan_id) as per_plan
from core.core_plan_review
group by la_code
order by place
