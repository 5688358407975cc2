-- One row per authority: what is known of its children.

select
    la_code as place,
    count(*) as n_rows,
    avg(is_unborn::int) as share_unborn,
    avg((birth_month is null and not is_unborn)::int) as share_without_birth,
    avg((sex_code in ('M', '1'))::int) as share_boys,
    avg((ethnicity_code is null)::int) as share_without_ethnicity,
    avg((last_collection_year - year(birth_month) > 26)::int) as share_grown_up
from core.core_child
group by la_code
order by place
