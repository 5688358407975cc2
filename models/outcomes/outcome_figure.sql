-- One row per measure, area, period and lane: the areas alone, and after them the groups of authorities.

select
    measure_id,
    lane,
    geographic_level,
    area_code,
    area_code_ons,
    area_name,
    is_fictional,
    period,
    period_end,
    kind,
    unit,
    scale,
    numerator,
    denominator,
    value,
    value_basis,
    recomputed_value,
    status,
    comparability,
    as_of,
    source_id,
    n_authorities,
    n_with_data
from {{ ref('outcome_area_figure') }}

union all

select
    measure_id,
    lane,
    geographic_level,
    area_code,
    area_code_ons,
    area_name,
    is_fictional,
    period,
    period_end,
    kind,
    unit,
    scale,
    numerator,
    denominator,
    value,
    value_basis,
    recomputed_value,
    status,
    comparability,
    as_of,
    source_id,
    n_authorities,
    n_with_data
from {{ ref('outcome_group_figure') }}
