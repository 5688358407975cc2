-- One row per submission, table and area as printed that matches no area known: none of its figures is used.
--
-- Where it stands, not what: in the place of a name there may be anything, and it must not reach a release.

with placed as (

    {{ received_figures() | indent(4) }}

)

select
    submission_id,
    return_id,
    table_name,
    case
        when
            (length(printed_area_code) = 3 and translate(printed_area_code, '0123456789', '') = '')
            or (length(printed_area_code) = 9 and translate(printed_area_code, '0123456789', '') = 'E')
            then printed_area_code
    end as printed_area_code,
    cast(min(source_line) as int) as source_line,
    cast(count(*) as int) as n_figures
from placed
where area_code is null
group by submission_id, return_id, table_name, printed_area_code, printed_area_name
