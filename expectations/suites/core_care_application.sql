-- One row per authority: how its care applications look as a whole.

select
    la_code as place,
    count(*) as n_rows,
    avg((issued_date > as_of)::int) as share_after_extract,
    avg(n_children) as children_each,
    avg(is_number_missing::int) as share_without_number,
    avg((has_several_issued_dates or has_several_types or has_several_outcomes)::int) as share_contradicting
from core.core_care_application
group by la_code
order by place
