-- One row per lane, level and measure: how far numerator over denominator lies from the printed figure.

select
    concat_ws(' ', measure_id, lane, geographic_level) as place,
    count(*) as n_rows,
    count(recomputed_value) as n_recomputed,
    avg((abs(recomputed_value - value) > 0.1 * abs(value))::int) as share_apart,
    avg((denominator <= 0)::int) as share_without_denominator
from outcomes.outcome_figure
group by measure_id, lane, geographic_level
order by place
