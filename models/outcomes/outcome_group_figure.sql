-- One row per measure, group of authorities, period and lane: series that cross a split or a merger.
--
-- Counts are added where every part is known, populations added, rates worked out anew and never averaged.

with joint as (

    select
        from_area_code as area_code,
        to_area_code as joint_return_code,
        cast(substring(first_year_csww, 1, 4) as int) as joint_return_from,
        count(*) over (partition by to_area_code) as n_returning_jointly
    from {{ ref('reorganisation') }}
    where event_type = 'joint_return'

),

-- The areas on either side of a reorganisation. All before, and all after, are the same ground: the group.
side as (

    select
        group_code,
        true as is_before,
        from_area_code as area_code,
        min(effective_date) as effective_date
    from {{ ref('reorganisation') }}
    where group_code is not null
    group by group_code, from_area_code

    union all

    select
        group_code,
        false as is_before,
        to_area_code as area_code,
        min(effective_date) as effective_date
    from {{ ref('reorganisation') }}
    where group_code is not null
    group by group_code, to_area_code

),

member as (

    select
        side.group_code,
        side.is_before,
        side.area_code,
        side.effective_date,
        joint.joint_return_code,
        joint.joint_return_from,
        joint.n_returning_jointly,
        count(*) over (partition by side.group_code, side.is_before) as n_members,
        count(joint.joint_return_code) over (
            partition by side.group_code, side.is_before, joint.joint_return_code
        ) as n_in_joint_return
    from side
    left join joint
        on side.area_code = joint.area_code

),

-- a joint return is a part only of a group that holds every authority in it
joint_member as (

    select distinct
        group_code,
        is_before,
        effective_date,
        n_members,
        n_in_joint_return,
        joint_return_code,
        joint_return_from
    from member
    where n_in_joint_return = n_returning_jointly

),

part as (

    select
        figure.*,
        member.group_code,
        member.is_before,
        member.n_members,
        1 as stands_for,
        member.is_before = (figure.period_end < member.effective_date) as is_in_its_time
    from {{ ref('outcome_area_figure') }} as figure
    inner join member
        on figure.area_code = member.area_code
    -- what is returned jointly stands under the joint return from its first year on
    where
        not figure.is_of_workforce
        or member.joint_return_code is null
        or figure.period < member.joint_return_from

    union all

    select
        figure.*,
        member.group_code,
        member.is_before,
        member.n_members,
        member.n_in_joint_return as stands_for,
        member.is_before = (figure.period_end < member.effective_date) as is_in_its_time
    from {{ ref('outcome_area_figure') }} as figure
    inner join joint_member as member
        on figure.area_code = member.joint_return_code
    where figure.is_of_workforce and figure.period >= member.joint_return_from

),

summed as (

    select
        measure_id,
        lane,
        group_code,
        period,
        is_in_its_time,
        max(n_members) as n_members,
        max(period_end) as period_end,
        max(kind) as kind,
        max(unit) as unit,
        max(scale) as scale,
        count(case when is_fictional then 1 end) > 0 as is_fictional,
        coalesce(sum(case when numerator is not null then stands_for end), 0) = max(n_members)
            as is_numerator_known,
        coalesce(sum(case when denominator is not null then stands_for end), 0) = max(n_members)
            as is_denominator_known,
        coalesce(sum(case when value is not null then stands_for end), 0) = max(n_members) as is_value_known,
        -- rounded: doubles added up in another order differ in the last place
        round(sum(numerator), 6) as numerator,
        round(sum(denominator), 6) as denominator,
        round(sum(value), 6) as value,
        max(value_basis) as value_basis,
        min(status) as status,
        -- that an authority came or went is what the group is there for: it is no reason against its series
        max(case when comparability not in ('ok', 'area_changed') then comparability end) as comparability,
        max(as_of) as as_of,
        max(source_id) as source_id
    from part
    group by measure_id, lane, group_code, period, is_in_its_time

),

-- where no population is printed of a part, what is left of the region is the group's
populated as (

    select
        summed.*,
        summed.is_denominator_known or population.children is not null as is_divisor_known,
        case when summed.is_denominator_known then summed.denominator else population.children end as divisor
    from summed
    left join {{ ref('measure_part') }} as divisor_part
        on
            summed.measure_id = divisor_part.measure_id
            and divisor_part.role = 'denominator'
            and divisor_part.published_id = 'child_population'
    left join {{ ref('outcome_group_population') }} as population
        on
            summed.group_code = population.group_code
            and summed.period - divisor_part.years_before = population.mid_year

),

grouped as (

    select
        measure_id,
        lane,
        group_code,
        period,
        period_end,
        kind,
        unit,
        scale,
        is_fictional,
        is_in_its_time,
        is_numerator_known,
        case when is_numerator_known then numerator end as numerator,
        case when is_divisor_known then divisor end as denominator,
        case
            when kind in ('flow_count', 'stock_count', 'amount') and is_value_known then value
            when
                kind not in ('flow_count', 'stock_count', 'amount')
                and is_numerator_known
                and is_divisor_known
                then scale * numerator / nullif(divisor, 0)
            -- one authority that is the whole group: its rate is the group's, where no count is printed
            when n_members = 1 then value
        end as value,
        case
            when kind in ('flow_count', 'stock_count', 'amount') then 'parts'
            when is_numerator_known and is_divisor_known then 'computed'
            else value_basis
        end as value_basis,
        status,
        comparability,
        as_of,
        source_id,
        is_in_its_time or n_members = 1 as is_whole
    from populated

),

-- A publisher may go on printing the authority that was (LAIT's Northamptonshire): the same ground, and
-- believed where the authorities of the time give no figure.
chosen as (

    select
        *,
        row_number() over (
            partition by measure_id, lane, group_code, period
            order by
                case when value is null then 1 else 0 end asc nulls last,
                case when is_in_its_time then 0 else 1 end asc nulls last
        ) as place
    from grouped
    where is_whole and (is_in_its_time or value is not null)

)

select
    chosen.measure_id,
    chosen.lane,
    area.geographic_level,
    chosen.group_code as area_code,
    cast(null as string) as area_code_ons,
    area.area_name,
    chosen.is_fictional,
    chosen.period,
    chosen.period_end,
    chosen.kind,
    chosen.unit,
    chosen.scale,
    chosen.numerator,
    chosen.denominator,
    chosen.value,
    case when chosen.value is not null then chosen.value_basis end as value_basis,
    chosen.scale * chosen.numerator / nullif(chosen.denominator, 0) as recomputed_value,
    case when chosen.value is null then coalesce(chosen.status, 'x') end as status,
    case
        when chosen.comparability is not null then chosen.comparability
        when chosen.value is not null then 'ok'
        when chosen.is_numerator_known and chosen.unit = 'per_10000' then 'population_missing'
        else 'parts_missing'
    end as comparability,
    chosen.as_of,
    chosen.source_id,
    cast(null as int) as n_authorities,
    cast(null as int) as n_with_data
from chosen
inner join {{ ref('core_area') }} as area
    on chosen.group_code = area.area_code
where chosen.place = 1
