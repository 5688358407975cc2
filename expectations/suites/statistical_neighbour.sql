-- One row per model: how many authorities it has, and how many neighbours each.

select
    model_year::varchar as place,
    count(distinct area_code) as n_areas,
    count(*) / count(distinct area_code) as neighbours_each,
    year(getvariable('today')) - max(model_year) over () as years_old
from meta.statistical_neighbour
group by model_year
order by place
