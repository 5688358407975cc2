-- One row per figure, area and period in LAIT's long table.
--
-- England and the regions have numbers of LAIT's own, which are no area's code: they are known by name.

with printed as (

    select
        *,
        'Values' as value_field,
        {{ adapter.quote('Values') }} as printed,
        {{ adapter.quote('Short Desc') }} as short_name,
        {{ adapter.quote('LA Number') }} as la_number,
        {{ adapter.quote('LA and Regions') }} as area_name
    from {{ source('lait', 'long') }}

)

select
    {{ printed_figure(('lait', 'long'), {
        'area_code': to_area_code('la_number'),
        'area_name': 'area_name',
        'period': to_period('years'),
        'filter': 'short_name'
    }) | indent(4) }}
from printed
