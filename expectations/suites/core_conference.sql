-- One row per authority: how its conferences look as a whole.

select
    la_code as place,
    count(*) as n_rows,
    avg((conference_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(conference_date))) / count(conference_date) as share_on_one_day,
    avg((section_47_start_date is null)::int) as share_without_enquiry,
    median(conference_date - section_47_start_date) as median_days
from core.core_conference
group by la_code
order by place
