-- One row per return, authority and collection year held: the spine that says for which years a figure can be
-- worked out. A return may have come as several files.

with held as (

    select
        submission.return_id,
        submission.la_code,
        submission.collection_year,
        min(collection.year_ends) as year_ends,
        cast(max(submission.received_at) as date) as received_date
    from {{ ref('stg_intake__submission') }} as submission
    inner join {{ ref('collection') }} as collection
        on submission.return_id = collection.return_id
    where submission.is_current and collection.sender = 'authority' and collection.period = 'year'
    group by submission.return_id, submission.la_code, submission.collection_year

)

select
    held.return_id,
    held.la_code,
    cast(held.collection_year as int) as collection_year,
    {{ period_end('held.collection_year', 'held.year_ends') }} as period_end,
    held.received_date,
    earlier.return_id is not null as has_previous_year
from held
left join held as earlier
    on
        held.return_id = earlier.return_id
        and held.la_code = earlier.la_code
        and held.collection_year - 1 = earlier.collection_year
