-- One row per region of England: its authorities open today.

select
    region_code as place,
    count(*) as n_open,
    avg((area_code_ons is null)::int) as share_without_ons_code,
    count(*) over () as n_regions
from meta.area
where
    geographic_level = 'Local authority'
    and not is_fictional
    and not is_joint_return
    and coalesce(close_date, date '2999-12-31') >= getvariable('today')
group by region_code
order by place
