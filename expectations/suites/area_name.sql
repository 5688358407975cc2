-- One row per area with names: how many it has.

select
    area_code as place,
    count(*) as n_names,
    count(*) over () as n_areas
from meta.area_name
group by area_code
order by place
