-- One row per authority: how its periods of care look as a whole.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(start_date))) / count(start_date) as share_on_one_day,
    avg(age_at_start) filter (where not is_short_break) as mean_age_at_start,
    avg(is_start_reported::int) as share_start_reported,
    avg(is_superseded::int) as share_superseded
from core.core_care_period
group by la_code
order by place
