-- One row per released table: how much of what the release before had is still there.

select
    schema_name || '.' || table_name as place,
    schema_name,
    n_rows,
    n_before,
    n_rows / nullif(n_before, 0) as share_kept
from before.released
order by place
