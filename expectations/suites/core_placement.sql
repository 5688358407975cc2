-- One row per authority: how its placements look as a whole.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    avg(is_under_24_hours::int) as share_under_a_day,
    avg((placement_type_code is null)::int) as share_without_type,
    count(*) / approx_count_distinct(child_id) as per_child,
    avg(is_counted::int) as share_counted
from core.core_placement
group by la_code
order by place
