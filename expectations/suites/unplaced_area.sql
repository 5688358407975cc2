-- One row per return and table: how many figures are of areas that nobody knows.

select
    return_id || ' ' || table_name as place,
    count(distinct submission_id || ' ' || coalesce(printed_area_code, '')) as n_areas,
    sum(n_figures) as n_figures
from quality.unplaced_area
group by return_id, table_name
order by place
