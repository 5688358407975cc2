-- One row per group of authorities and mid-year: its children, as its region has them without the others.
--
-- Of Bournemouth, Poole and Dorset no population is printed for 2012 to 2018; of the South West and of every
-- other authority in it there is, from the same estimate. A group across two regions has none.

with member as (

    select
        group_code,
        from_area_code as area_code
    from {{ ref('reorganisation') }}
    where group_code is not null

    union -- each once

    select
        group_code,
        to_area_code as area_code
    from {{ ref('reorganisation') }}
    where group_code is not null

),

placed as (

    select
        member.group_code,
        max(area.region_code) as region_code
    from member
    inner join {{ ref('area') }} as area
        on member.area_code = area.area_code
    group by member.group_code
    having min(area.region_code) = max(area.region_code)

),

-- the authorities of the region at each mid-year, the group's own apart
other as (

    select
        placed.group_code,
        placed.region_code,
        whole.period as mid_year,
        whole.value as children_of_region,
        figure.value as children
    from placed
    inner join {{ ref('outcome_published_figure') }} as whole
        on placed.region_code = whole.area_code and whole.published_id = 'child_population'
    inner join {{ ref('area') }} as area
        on
            placed.region_code = area.region_code
            and area.geographic_level = 'Local authority'
            and not area.is_joint_return
            and coalesce(area.open_date <= {{ period_end('whole.period', "'06-30'") }}, true)
            and coalesce(area.close_date >= {{ period_end('whole.period', "'06-30'") }}, true)
    left join member
        on placed.group_code = member.group_code and area.area_code = member.area_code
    left join {{ ref('outcome_published_figure') }} as figure
        on
            area.area_code = figure.area_code
            and whole.period = figure.period
            and figure.published_id = 'child_population'
    where member.area_code is null

)

select
    group_code,
    cast(mid_year as int) as mid_year,
    max(children_of_region) - sum(children) as children
from other
group by group_code, mid_year
having count(*) = count(children)
