-- One row per source of published figures, of this release or the one before.

with now as (

    select
        source_id,
        count(*) as n_rows,
        avg((value is null)::int) as share_missing,
        avg((area_code is null)::int) as share_unplaced,
        max(period) as newest_period
    from core.core_published_figure
    group by source_id

),

was as (

    select
        source_id,
        count(*) as n_before
    from before.core.core_published_figure
    group by source_id

)

select
    source_id as place,
    coalesce(now.n_rows, 0) as n_rows,
    now.share_missing,
    now.share_unplaced,
    coalesce(now.n_rows, 0) / nullif(was.n_before, 0) as share_kept,
    now.newest_period - year(getvariable('today')) as years_ahead
from now
full join was using (source_id)
order by place
