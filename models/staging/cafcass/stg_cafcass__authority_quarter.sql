-- One row per authority and quarter of care applications.

with printed as (

    select
        *,
        'applications' as value_field,
        applications as printed
    from {{ source('cafcass', 'authority_quarter') }}

)

select
    {{ printed_figure(('cafcass', 'authority_quarter'), {
        'area_name': 'local_authority',
        'period': to_period('trim(financial_year)'),
        'part': 'lower(trim(quarter))'
    }) | indent(4) }}
from printed
