-- One row per collection with tables: how many.

select
    return_id as place,
    count(*) as n_tables
from meta.collection_table
group by return_id
order by place
