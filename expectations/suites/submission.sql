-- One row per return, authority and collection year in use: how much it holds, and how late the next one is.

with sent as (

    select
        return_id,
        la_code,
        collection_year,
        max(period_end) as period_end,
        sum(n_rows) as n_rows,
        sum(n_violations) as n_violations
    from quality.submission
    where state = 'current'
    group by return_id, la_code, collection_year

),

was as (

    select
        return_id,
        la_code,
        collection_year,
        sum(n_rows) as n_rows
    from before.quality.submission
    where state = 'current'
    group by return_id, la_code, collection_year

),

-- how long after the end of its year a return may come; four months where no window has a date
allowed as (

    select
        collection.return_id,
        coalesce(
            max(
                try_cast(coalesce(collection_window.closes, collection_window.submit_by) as date)
                - try_cast(collection_window.period_end as date)
            ),
            122
        ) as days_allowed
    from meta.collection as collection
    left join meta.collection_window as collection_window
        on collection.return_id = collection_window.return_id
    where collection.sender = 'authority' and collection.last_year is null
    group by collection.return_id

)

select
    concat_ws(' ', sent.return_id, sent.la_code, sent.collection_year) as place,
    sent.n_rows,
    was.n_rows as n_rows_before,
    sent.n_violations / nullif(sent.n_rows, 0) as violations_per_row,
    sent.n_rows / nullif(was.n_rows, 0) as share_kept,
    case
        when lag(sent.collection_year) over of_authority = sent.collection_year - 1
            then sent.n_rows / nullif(lag(sent.n_rows) over of_authority, 0)
    end as times_year_before,
    -- a made-up authority keeps no calendar
    case
        when lead(sent.period_end) over of_authority is null and not area.is_fictional
            then
                getvariable('today')
                - cast(sent.period_end + interval 1 year + to_days(cast(allowed.days_allowed as int)) as date)
    end as days_overdue
from sent
left join was using (return_id, la_code, collection_year)
left join allowed on sent.return_id = allowed.return_id
left join meta.area as area on sent.la_code = area.area_code
window of_authority as (partition by sent.return_id, sent.la_code order by sent.collection_year)
order by place
