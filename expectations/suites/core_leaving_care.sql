-- One row per authority and collection year: how its leavers left.

select
    la_code || ' ' || collection_year as place,
    count(*) as n_rows,
    avg(age_at_leaving) as mean_age,
    median(n_days_in_care) as median_days,
    list_max(map_values(histogram(leaving_reason_code))) / count(leaving_reason_code) as share_of_one_reason,
    avg(is_start_reported::int) as share_start_reported
from core.core_leaving_care
group by la_code, collection_year
order by place
