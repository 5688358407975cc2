-- One row per list of codes: how many are in use.

select
    code_list as place,
    count(*) as n_codes,
    count(*) filter (last_year is null) as n_in_use,
    avg((label is null or label = code)::int) as share_unexplained
from meta.code
group by code_list
order by place
