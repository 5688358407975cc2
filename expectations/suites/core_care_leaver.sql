-- One row per authority and collection year: what is known of its care leavers.

select
    la_code || ' ' || collection_year as place,
    count(*) as n_rows,
    avg(age) as mean_age,
    avg(is_active::int) as share_active,
    avg(is_suitably_housed::int) as share_suitable,
    avg((activity_code is null)::int) as share_unknown
from core.core_care_leaver
group by la_code, collection_year
order by place
