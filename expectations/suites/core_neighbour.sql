-- One row per measure, lane and period: how many of an authority's neighbours have a figure.

select
    concat_ws(' ', measure_id, lane, period) as place,
    lane,
    count(*) as n_rows,
    avg(n_with_data / nullif(n_neighbours, 0)) as share_with_data,
    avg((pooled_value is null and mean_value is null)::int) as share_without_value,
    max(n_neighbours) as most_neighbours
from outcomes.core_neighbour
group by measure_id, lane, period
order by place
