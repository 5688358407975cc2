-- One row per authority: how its plans look as a whole.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(start_date))) / count(start_date) as share_on_one_day,
    avg((n_previous_plans > 0)::int) as share_repeated,
    avg(
        (coalesce(end_date, make_date(last_collection_year, 3, 31)) - start_date > 1095)::int
    ) as share_over_three_years,
    list_max(map_values(histogram(initial_abuse_code))) / count(initial_abuse_code) as share_of_one_category
from core.core_child_protection_plan
group by la_code
order by place
