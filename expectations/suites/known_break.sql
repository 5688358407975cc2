-- One row per measure with known breaks: how many, and of which years.

select
    coalesce(measure_id, 'all') as place,
    count(*) as n_breaks,
    min(period) as first_period,
    max(period) - year(getvariable('today')) as years_ahead
from meta.known_break
group by measure_id
order by place
