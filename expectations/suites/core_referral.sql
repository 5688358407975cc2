-- One row per authority: how its referrals look as a whole.

select
    la_code as place,
    count(*) as n_rows,
    avg((referral_date > make_date(last_collection_year, 3, 31))::int) as share_after_year,
    list_max(map_values(histogram(referral_date))) / count(referral_date) as share_on_one_day,
    avg(is_no_further_action::int) as share_no_further_action,
    avg((referral_source_code is null)::int) as share_without_source,
    count(*)
    / approx_count_distinct(child_id)
    / (max(last_collection_year) - min(first_collection_year) + 1) as per_child_and_year
from core.core_referral
group by la_code
order by place
