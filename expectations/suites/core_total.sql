-- One row per measure, area and period that every authority sent: the total beside what is published.

select
    concat_ws(' ', total.measure_id, total.area_code, total.period) as place,
    total.value / nullif(published.value, 0) as times_published,
    total.n_with_data / total.n_authorities as share_with_data
from outcomes.core_total as total
left join outcomes.core_outcome as published
    on
        total.measure_id = published.measure_id
        and total.area_code = published.area_code
        and total.period = published.period
        and published.lane = 'published'
where total.value is not null
order by place
