-- One row per month of care applications in England.

with printed as (

    select
        *,
        'applications' as value_field,
        applications as printed
    from {{ source('cafcass', 'month') }}

)

select
    {{ printed_figure(('cafcass', 'month'), {
        'area_code': "'ENG'",
        'area_name': "'England'",
        'period': period_of_month('trim(month)'),
        'part': 'lower(trim(month))'
    }) | indent(4) }}
from printed
