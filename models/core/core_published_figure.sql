-- One row per published figure, area, period and release, and whether it is the one in force.
--
-- In force is the release with the newest as_of, symbol or number: what is newly suppressed is gone.
-- LAIT writes a hyphen for whatever it does not show: beside another publication's figure that says nothing.
-- The list of revisions is history alone: what to ship was decided when the figures were collected.

with weighed as (

    select
        *,
        coalesce(
            is_lait
            and status = '-'
            and count(case when not is_lait then 1 end) over (
                partition by published_id, area_code, period
            ) > 0,
            false
        ) as is_silent
    from {{ ref('int_published_figure_united') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by published_id, area_code, period
            order by
                case when origin = 'revision' then 2 when is_silent then 1 else 0 end asc nulls last,
                as_of desc nulls last,
                received_at desc nulls last,
                source_id asc nulls last
        ) as place
    from weighed

)

select
    published_id,
    area_code,
    area_code_ons,
    period,
    value,
    status,
    source_id,
    as_of,
    received_at,
    origin,
    is_silent,
    place = 1 as is_in_force
from ranked
