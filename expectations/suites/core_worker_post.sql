-- One row per authority and collection year: how its workers look as a whole.

select
    la_code || ' ' || collection_year as place,
    count(*) as n_rows,
    avg(fte) as mean_fte,
    avg(is_agency::int) as share_agency,
    avg((left_out_reason is not null)::int) as share_left_out,
    sum(n_cases) / nullif(sum(cases_fte), 0) as cases_each,
    avg((fte is null)::int) as share_without_fte
from core.core_worker_post
group by la_code, collection_year
order by place
