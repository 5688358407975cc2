-- One row per window with dates: how long it was open, and how old the newest of its collection is.

with dated as (

    select
        return_id,
        collection_year,
        try_cast(opens as date) as opens,
        try_cast(coalesce(closes, submit_by) as date) as closes
    from meta.collection_window

)

select
    dated.return_id || ' ' || dated.collection_year as place,
    dated.closes - dated.opens as days_open,
    collection.last_year is null as is_running,
    getvariable('today') - max(dated.closes) over (partition by dated.return_id) as days_old
from dated
left join meta.collection as collection
    on dated.return_id = collection.return_id
where dated.closes is not null
order by place
