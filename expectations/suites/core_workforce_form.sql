-- One row per authority and collection year: its sums beside its workers in post.

select
    la_code || ' ' || collection_year as place,
    leavers_fte / nullif(in_post_fte, 0) as leavers_per_worker,
    vacancies_fte / nullif(in_post_fte, 0) as vacancies_per_worker,
    agency_fte / nullif(in_post_fte, 0) as agency_per_worker,
    in_post_fte / nullif(in_post_headcount, 0) as fte_each
from core.core_workforce_form
order by place
