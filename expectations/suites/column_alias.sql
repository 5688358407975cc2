-- One row per field that goes by other names: how many.

select
    concat_ws(' ', return_id, table_name, field) as place,
    count(*) as n_names
from meta.column_alias
group by return_id, table_name, field
order by place
