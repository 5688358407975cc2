-- One row per authority: when its assessments begin and how long they take.

select
    la_code as place,
    count(*) as n_rows,
    avg((start_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(start_date))) / count(start_date) as share_on_one_day,
    median(authorisation_date - start_date) as median_days,
    count(*) / approx_count_distinct(referral_id) as per_referral
from core.core_assessment
group by la_code
order by place
