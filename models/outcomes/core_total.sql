-- One row per measure, region or England, and period of the returned lane: what its authorities add up to.
--
-- Of some authorities there is a partial sum and no total: value, numerator and denominator are null until
-- every authority that existed at the end of the period gave both its parts. Counts and populations are added
-- and the rate is worked out anew, never averaged; a joint return stands for each of its authorities, added
-- once.

with authority as (

    select
        area.area_code,
        area.region_code,
        area.sub_region_code,
        area.is_fictional,
        area.open_date,
        area.close_date,
        joint.joint_return_code,
        joint.joint_return_from
    from {{ ref('area') }} as area
    left join {{ ref('core_area') }} as joint
        on area.area_code = joint.area_code and joint.is_newest
    where area.geographic_level = 'Local authority' and not area.is_joint_return

),

-- what an authority is part of: its region, its half of London, and England unless it is made up
belonging as (

    select
        *,
        region_code as total_code
    from authority
    where region_code is not null

    union all

    select
        *,
        sub_region_code as total_code
    from authority
    where sub_region_code is not null

    union all

    select
        *,
        'ENG' as total_code
    from authority
    where not is_fictional

),

returned as (

    select
        figure.measure_id,
        figure.area_code,
        figure.period,
        figure.numerator,
        figure.denominator,
        figure.as_of,
        figure.numerator is not null and figure.denominator is not null as is_known,
        case
            when figure.comparability <> 'ok' then figure.comparability
            else known_break.comparability
        end as reason
    from {{ ref('outcome_returned') }} as figure
    left join {{ ref('known_break') }} as known_break
        on
            figure.measure_id = known_break.measure_id
            and figure.area_code = known_break.area_code
            and figure.period = known_break.period

),

period_of as (

    select distinct
        returned.measure_id,
        returned.period,
        measure.scale,
        measure.return_id = 'csww' as is_of_workforce,
        {{ period_end('returned.period', 'measure.year_ends') }} as period_end
    from returned
    inner join {{ ref('measure') }} as measure
        on returned.measure_id = measure.measure_id

),

expected as (

    select
        period_of.*,
        belonging.total_code,
        belonging.area_code,
        case
            when period_of.is_of_workforce and period_of.period >= belonging.joint_return_from
                then belonging.joint_return_code
            else belonging.area_code
        end as stands_under
    from period_of
    inner join belonging
        on
            coalesce(period_of.period_end >= belonging.open_date, true)
            and coalesce(period_of.period_end <= belonging.close_date, true)

),

paired as (

    select
        expected.*,
        returned.area_code is not null as is_returned,
        coalesce(returned.is_known, false) as is_known,
        returned.numerator,
        returned.denominator,
        returned.reason,
        returned.as_of,
        case when not coalesce(returned.is_known, false) then expected.area_code end as missing_code,
        -- the second of two whose figure is one and the same
        row_number() over (
            partition by expected.measure_id, expected.period, expected.total_code, expected.stands_under
            order by expected.area_code asc nulls last
        ) > 1 as is_repeated
    from expected
    left join returned
        on
            expected.stands_under = returned.area_code
            and expected.measure_id = returned.measure_id
            and expected.period = returned.period

),

summed as (

    select
        measure_id,
        total_code,
        period,
        period_end,
        scale,
        count(*) as n_authorities,
        count(case when is_known then 1 end) as n_with_data,
        count(case when is_returned then 1 end) as n_returned,
        {{ joined('missing_code', ';') }} as missing_authorities,
        -- six decimals are sent: what adding makes of them beyond is noise
        round(sum(case when is_known and not is_repeated then numerator end), 6) as partial_numerator,
        round(sum(case when is_known and not is_repeated then denominator end), 6) as partial_denominator,
        max(reason) as reason,
        max(as_of) as as_of
    from paired
    group by measure_id, total_code, period, period_end, scale
    having count(case when is_returned then 1 end) > 0

),

judged as (

    select
        *,
        n_with_data = n_authorities as is_whole,
        scale * partial_numerator / nullif(partial_denominator, 0) as partial_value
    from summed

)

select
    judged.measure_id,
    area.geographic_level,
    judged.total_code as area_code,
    area.area_name,
    area.is_fictional,
    cast(judged.period as int) as period,
    judged.period_end,
    cast(judged.n_authorities as int) as n_authorities,
    cast(judged.n_with_data as int) as n_with_data,
    judged.missing_authorities,
    case when judged.is_whole then judged.partial_numerator end as numerator,
    case when judged.is_whole then judged.partial_denominator end as denominator,
    case when judged.is_whole then judged.partial_value end as value,
    case
        -- what is wrong with a part is wrong with the total, whether all gave a figure or none could
        when judged.is_whole then coalesce(judged.reason, 'ok')
        when judged.n_with_data = 0 and judged.n_returned = judged.n_authorities
            then coalesce(judged.reason, 'partial_set')
        else 'partial_set'
    end as comparability,
    judged.partial_numerator,
    judged.partial_denominator,
    judged.partial_value,
    judged.as_of
from judged
inner join {{ ref('area') }} as area
    on judged.total_code = area.area_code
