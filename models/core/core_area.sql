-- One row per area and span of days in which its ONS code held; and one per group of authorities.
--
-- A group is the ground that a split or merger left as it was: all authorities before, or all after. Its
-- series crosses the event, where no single authority's can. The three-digit code is the key: an authority
-- that got another ONS code is the same area.

with recoding as (

    select
        from_area_code as area_code,
        effective_date,
        from_ons_code,
        to_ons_code,
        lead(effective_date) over in_order as next_date,
        row_number() over in_order as place
    from {{ ref('reorganisation') }}
    where event_type = 'recode'
    window in_order as (partition by from_area_code order by effective_date asc nulls first)

),

span as (

    select
        area.area_code,
        area.open_date as valid_from,
        coalesce(cast(recoding.effective_date - interval 1 day as date), area.close_date) as valid_to,
        coalesce(recoding.from_ons_code, area.area_code_ons) as area_code_ons,
        true as is_first,
        recoding.area_code is null as is_last
    from {{ ref('area') }} as area
    left join recoding
        on area.area_code = recoding.area_code and recoding.place = 1

    union all

    select
        area.area_code,
        recoding.effective_date as valid_from,
        coalesce(cast(recoding.next_date - interval 1 day as date), area.close_date) as valid_to,
        recoding.to_ons_code as area_code_ons,
        false as is_first,
        recoding.next_date is null as is_last
    from {{ ref('area') }} as area
    inner join recoding
        on area.area_code = recoding.area_code

),

printed as (

    select
        area_code,
        {{ joined('printed_name', '; ') }} as printed_names
    from {{ ref('area_name') }}
    group by area_code

),

change as (

    select
        from_area_code,
        to_area_code,
        group_code,
        from_name,
        to_name,
        concat(from_area_code, '=', coalesce(cast(weight as string), '?')) as predecessor,
        -- a successor announced without a code goes by its name
        concat(coalesce(to_area_code, to_name), '=', coalesce(cast(weight as string), '?')) as successor
    from {{ ref('reorganisation') }}
    where event_type in ('split', 'split_part', 'merge', 'successor')

),

before as (

    select
        to_area_code as area_code,
        {{ joined('predecessor', ';') }} as predecessors
    from change
    where to_area_code is not null
    group by to_area_code

),

after as (

    select
        from_area_code as area_code,
        {{ joined('successor', ';') }} as successors
    from change
    group by from_area_code

),

joint as (

    select
        from_area_code as area_code,
        max(to_area_code) as joint_return_code,
        min(cast(substring(first_year_csww, 1, 4) as int)) as joint_return_from
    from {{ ref('reorganisation') }}
    where event_type = 'joint_return'
    group by from_area_code

)

select
    span.area_code,
    area.geographic_level,
    area.area_name,
    span.valid_from,
    span.valid_to,
    span.area_code_ons,
    span.is_last as is_newest,
    area.region_code,
    printed.printed_names,
    case when span.is_first then before.predecessors end as predecessors,
    case when span.is_last then after.successors end as successors,
    joint.joint_return_code,
    joint.joint_return_from,
    area.is_joint_return,
    area.is_fictional
from span
inner join {{ ref('area') }} as area
    on span.area_code = area.area_code
left join printed
    on span.area_code = printed.area_code
left join before
    on span.area_code = before.area_code
left join after
    on span.area_code = after.area_code
left join joint
    on span.area_code = joint.area_code

union all

select
    group_code as area_code,
    'Local authority group' as geographic_level,
    {{ joined('to_name', ' + ') }} as area_name,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to,
    cast(null as string) as area_code_ons,
    true as is_newest,
    cast(null as string) as region_code,
    cast(null as string) as printed_names,
    {{ joined('from_area_code', ';') }} as predecessors,
    {{ joined('to_area_code', ';') }} as successors,
    cast(null as string) as joint_return_code,
    cast(null as int) as joint_return_from,
    false as is_joint_return,
    false as is_fictional
from change
where group_code is not null
group by group_code
