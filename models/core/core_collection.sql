-- One row per authority and census year held: the spine that says for which years a figure can be worked out.

select
    submission.return_id,
    submission.la_code,
    cast(submission.collection_year as int) as collection_year,
    {{ period_end('submission.collection_year', 'collection.year_ends') }} as period_end,
    submission.submission_id,
    cast(submission.received_at as date) as received_date,
    earlier.submission_id is not null as has_previous_year
from {{ ref('stg_intake__submission') }} as submission
inner join {{ ref('collection') }} as collection
    on submission.return_id = collection.return_id
left join {{ ref('stg_intake__submission') }} as earlier
    on
        submission.return_id = earlier.return_id
        and submission.la_code = earlier.la_code
        and submission.collection_year - 1 = earlier.collection_year
        and earlier.is_current
where submission.is_current
