-- One row per event: when it takes effect, and what its weights add up to for each area it ends.

select
    event_id as place,
    max(year(effective_date) - year(getvariable('today'))) as years_ahead,
    min(year(effective_date)) as first_year,
    max(weight) as highest_weight,
    count(*) as n_rows
from meta.reorganisation
group by event_id
order by place
