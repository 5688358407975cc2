-- One row per measure, lane, level, kind of index, base and period: how far the index reaches.

with indices as (

    select
        measure_id,
        lane,
        geographic_level as level,
        index_basis,
        base_period,
        period,
        count(index_value) as n_figures,
        min(index_value) as lowest,
        max(index_value) as highest,
        quantile_cont(index_value, 0.05) as low,
        quantile_cont(index_value, 0.95) as high
    from outcomes.core_index
    group by measure_id, lane, geographic_level, index_basis, base_period, period

),

was as (

    select
        measure_id,
        lane,
        geographic_level as level,
        index_basis,
        base_period,
        period,
        count(index_value) as n_before
    from before.outcomes.core_index
    group by measure_id, lane, geographic_level, index_basis, base_period, period

)

select
    concat_ws(' ', measure_id, lane, lower(level), index_basis, 'to', base_period, 'in', period) as place,
    measure_id,
    lane,
    level,
    indices.n_figures,
    indices.lowest,
    indices.low,
    indices.high,
    coalesce(indices.n_figures, 0) / nullif(was.n_before, 0) as share_kept
from indices
full join was using (measure_id, lane, level, index_basis, base_period, period)
order by place
