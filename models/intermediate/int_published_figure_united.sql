-- One row per published figure, area, period and release: shipped with the project, received since, or known
-- from the list of revisions alone.

{% set tables = [
    'published_care_application', 'published_children_in_need', 'published_looked_after', 'published_workforce'
] %}

with shipped as (

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

),

revision as (

    select
        revision.measure_id as published_id,
        revision.area_code,
        cast(null as string) as area_code_ons,
        revision.period,
        revision.value,
        revision.status,
        revision.source_id
    from {{ ref('published_revision') }} as revision
    left join shipped
        on
            revision.measure_id = shipped.published_id
            and revision.area_code = shipped.area_code
            and revision.period = shipped.period
            and revision.source_id = shipped.source_id
    where shipped.published_id is null

),

dated as (

    select
        'shipped' as origin,
        shipped.*
    from shipped

    union all

    select
        'revision' as origin,
        revision.*
    from revision

)

select
    dated.origin,
    dated.published_id,
    dated.area_code,
    dated.area_code_ons,
    cast(dated.period as int) as period,
    dated.value,
    dated.status,
    dated.source_id,
    dated.source_id like 'lait%' as is_lait,
    source.as_of,
    cast(null as timestamp) as received_at
from dated
inner join {{ ref('source') }} as source
    on dated.source_id = source.source_id

union all

select
    'received' as origin,
    published_id,
    area_code,
    area_code_ons,
    period,
    value,
    status,
    submission_id as source_id,
    return_id = 'lait' as is_lait,
    as_of,
    received_at
from {{ ref('int_published_figure_received') }}
