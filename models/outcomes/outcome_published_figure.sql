-- One row per published figure, area and period, as the newest release prints it; child population included.

select
    published_id,
    area_code,
    area_code_ons,
    period,
    value,
    status,
    source_id,
    as_of
from {{ ref('core_published_figure') }}
where is_in_force
