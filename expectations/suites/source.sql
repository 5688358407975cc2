-- One row per kind of source: how many, how old the newest is, and how many have no licence.

select
    kind as place,
    count(*) as n_sources,
    getvariable('today') - max(as_of) as days_old,
    avg((licence is null)::int) as share_without_licence
from meta.source
group by kind
order by place
