-- One row per measure: the share of figures worked out from returns that agree with the published ones.

select
    measure_id as place,
    count(*) filter (verdict <> 'cannot_compare') as n_compared,
    avg((verdict in ('equal', 'within_tolerance'))::int) filter (
        verdict <> 'cannot_compare' and coalesce(likely_reason, '') <> 'restated'
    ) as share_agreeing,
    avg((verdict = 'cannot_compare')::int) filter (published_value is not null) as share_not_returned
from quality.reconciliation
group by measure_id
order by place
