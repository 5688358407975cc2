-- One row per return, authority, year, table and check: how many of the rows sent depart from the layout.

with sent as (

    select
        return_id,
        la_code,
        collection_year,
        sum(n_rows) as n_rows
    from quality.submission
    where state = 'current'
    group by return_id, la_code, collection_year

)

select
    concat_ws(' ', return_id, la_code, collection_year, violation.table_name, violation.check_name) as place,
    max(sent.n_rows) as n_rows,
    count(*) / max(sent.n_rows) as share_of_rows
from quality.violation as violation
left join sent using (return_id, la_code, collection_year)
group by return_id, la_code, collection_year, violation.table_name, violation.check_name
order by place
