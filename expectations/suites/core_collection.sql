-- One row per return: how many authorities and years it has, and how early it came.

select
    return_id as place,
    count(*) as n_rows,
    avg((received_date < period_end)::int) as share_too_early,
    max(period_end - getvariable('today')) as days_ahead,
    count(distinct la_code) as n_authorities
from core.core_collection
group by return_id
order by place
