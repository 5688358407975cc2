-- One row per authority and year of care applications.

with printed as (

    select
        *,
        'rate_per_10000' as value_field,
        rate_per_10000 as printed
    from {{ source('cafcass', 'authority_year') }}

)

select
    {{ printed_figure(('cafcass', 'authority_year'), {
        'area_name': 'local_authority',
        'period': to_period('trim(financial_year)')
    }) | indent(4) }}
from printed
