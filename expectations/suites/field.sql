-- One row per table of a return: how many fields it has, and how many are in use.

select
    return_id || ' ' || table_name as place,
    count(*) as n_fields,
    count(*) filter (last_year is null) as n_in_use
from meta.field
group by return_id, table_name
order by place
