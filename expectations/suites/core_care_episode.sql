-- One row per authority: how its episodes look, and how many had to be mended.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    avg((end_repair is not null or start_repair is not null)::int) as share_mended,
    avg(is_superseded::int) as share_superseded,
    count(*) / approx_count_distinct(child_id) as per_child
from core.core_care_episode
group by la_code
order by place
