-- One row per measure and role: of how many published figures it is made.

select
    measure_id || ' ' || role as place,
    count(*) as n_parts,
    max(abs(years_before)) as most_years_before
from meta.measure_part
group by measure_id, role
order by place
