-- One row per authority and collection year: how its looked after children are placed.

select
    la_code || ' ' || collection_year as place,
    count(*) as n_rows,
    avg(age) as mean_age,
    avg(n_placements) as placements_each,
    avg((placement_type_code like 'U%')::int) as share_fostered,
    avg((placement_type_code is null)::int) as share_without_placement
from core.core_looked_after_child
group by la_code, collection_year
order by place
