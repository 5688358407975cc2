-- One row per published figure, area and period, as printed; the child population among them.

{% set tables = [
    'published_care_application', 'published_children_in_need', 'published_looked_after', 'published_workforce'
] %}

{% for table in tables %}
    select
        measure_id as published_id,
        area_code,
        area_code_ons,
        period,
        value,
        status,
        source_id
    from {{ ref(table) }}

    union all
{% endfor %}

select
    'child_population' as published_id,
    area_code,
    cast(null as string) as area_code_ons,
    mid_year as period,
    children as value,
    status,
    source_id
from {{ ref('child_population') }}
