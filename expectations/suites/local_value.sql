-- One row per list of codes with local words: how many words a code has at most.

with codes as (

    select
        code_list,
        code,
        count(*) as n_values
    from meta.local_value
    group by code_list, code

)

select
    code_list as place,
    max(n_values) as most_values
from codes
group by code_list
order by place
