-- One row per authority: how its enquiries look as a whole.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(start_date))) / count(start_date) as share_on_one_day,
    avg((initial_conference_date is not null)::int) as share_with_conference,
    count(*) / approx_count_distinct(child_id) as per_child
from core.core_section_47
group by la_code
order by place
