-- One row per level of real areas: how many are open today.

select
    geographic_level as place,
    count(distinct area_code) filter (
        where valid_to is null or valid_to >= getvariable('today')
    ) as n_open,
    avg((area_code_ons is null)::int) as share_without_ons_code
from core.core_area
where not is_fictional
group by geographic_level
order by place
