-- One row per measure, lane, area, period and neighbour model: what the ten statistical neighbours have.
--
-- A neighbour without a figure is named, never dropped in silence; two that return jointly count once. One
-- that was split since stands under its group. Pooled and mean differ where neighbours differ in size: both
-- are given.

with neighbour as (

    select
        listed.model_year,
        listed.area_code,
        listed.neighbour_code,
        area.joint_return_code,
        row_number() over (
            partition by listed.model_year, listed.area_code, area.joint_return_code
            order by listed.neighbour_rank asc nulls last
        ) as place_in_joint_return
    from {{ ref('statistical_neighbour') }} as listed
    left join {{ ref('core_area') }} as area
        on listed.neighbour_code = area.area_code and area.is_newest

),

compared as (

    select area_code from neighbour
    union -- each once
    select neighbour_code as area_code from neighbour

),

-- under which codes an area's figure may stand, the first that has one being taken
stand_in as (

    select
        area_code,
        area_code as stands_under,
        2 as preference
    from compared

    union all

    select
        compared.area_code,
        area.joint_return_code as stands_under,
        1 as preference
    from compared
    inner join {{ ref('core_area') }} as area
        on compared.area_code = area.area_code and area.is_newest and area.joint_return_code is not null

    union all

    select
        compared.area_code,
        area.area_code as stands_under,
        3 as preference
    from compared
    inner join {{ ref('core_area') }} as area
        on
            compared.area_code = area.predecessors -- the whole group was this one authority
            and area.geographic_level = 'Local authority group'

),

found as (

    select
        stand_in.area_code,
        stand_in.stands_under,
        figure.measure_id,
        figure.lane,
        figure.period,
        figure.value,
        figure.numerator,
        figure.denominator,
        figure.comparability,
        measure.scale,
        row_number() over (
            partition by stand_in.area_code, figure.measure_id, figure.lane, figure.period
            order by
                case when figure.value is null then 1 else 0 end asc nulls last,
                -- what is printed of an authority after its end is believed only where its group has none
                case when figure.comparability = 'area_changed' then 1 else 0 end asc nulls last,
                stand_in.preference asc nulls last
        ) as place
    from stand_in
    inner join {{ ref('outcome_figure') }} as figure
        on stand_in.stands_under = figure.area_code
    inner join {{ ref('measure') }} as measure
        on figure.measure_id = measure.measure_id and measure.tier <> 'published'

),

paired as (

    select
        own.measure_id,
        own.lane,
        own.area_code,
        own.period,
        own.scale,
        own.value as own_value,
        neighbour.model_year,
        neighbour.neighbour_code,
        theirs.value,
        theirs.numerator,
        theirs.denominator,
        coalesce(theirs.value is not null and theirs.stands_under <> own.stands_under, false) as has_data,
        coalesce(theirs.comparability <> 'ok', false) as is_not_comparable,
        -- the second of two whose figure is one and the same
        coalesce(
            theirs.stands_under = neighbour.joint_return_code and neighbour.place_in_joint_return > 1,
            false
        ) as is_repeated
    from found as own
    inner join neighbour
        on own.area_code = neighbour.area_code
    left join found as theirs
        on
            neighbour.neighbour_code = theirs.area_code
            and own.measure_id = theirs.measure_id
            and own.lane = theirs.lane
            and own.period = theirs.period
            and theirs.place = 1
    where own.place = 1

),

missing as (

    select
        measure_id,
        lane,
        area_code,
        period,
        model_year,
        {{ joined('neighbour_code', ';') }} as neighbours
    from paired
    where not has_data
    group by measure_id, lane, area_code, period, model_year

),

combined as (

    select
        measure_id,
        lane,
        area_code,
        period,
        model_year,
        max(scale) as scale,
        max(own_value) as own_value,
        count(*) as n_neighbours,
        count(case when has_data then 1 end) as n_with_data,
        count(case when has_data and not is_repeated then 1 end) as n_figures,
        count(case when has_data and is_not_comparable then 1 end) as n_not_comparable,
        count(case when has_data and not is_repeated then numerator + denominator end) as n_counted,
        -- rounded: doubles added up in another order differ in the last place
        round(sum(case when has_data and not is_repeated then numerator end), 6) as numerator,
        round(sum(case when has_data and not is_repeated then denominator end), 6) as denominator,
        round(avg(case when has_data and not is_repeated then value end), 6) as mean_value,
        median(case when has_data and not is_repeated then value end) as median_value
    from paired
    group by measure_id, lane, area_code, period, model_year

),

ruled as (

    select
        *,
        case
            when n_with_data < {{ var('fewest_neighbours') }} then 'too_few'
            when n_with_data < n_neighbours then 'those_with_data'
            else 'all'
        end as neighbour_rule
    from combined

)

select
    ruled.measure_id,
    ruled.lane,
    ruled.area_code,
    area.area_name,
    ruled.period,
    cast(ruled.model_year as int) as model_year,
    ruled.own_value as value,
    cast(ruled.n_neighbours as int) as n_neighbours,
    cast(ruled.n_with_data as int) as n_with_data,
    cast(ruled.n_figures as int) as n_figures,
    cast(ruled.n_not_comparable as int) as n_not_comparable,
    missing.neighbours as missing_neighbours,
    ruled.neighbour_rule,
    case
        when ruled.neighbour_rule <> 'too_few' and ruled.n_counted = ruled.n_figures
            then ruled.scale * ruled.numerator / nullif(ruled.denominator, 0)
    end as pooled_value,
    case when ruled.neighbour_rule <> 'too_few' then ruled.mean_value end as mean_value,
    case when ruled.neighbour_rule <> 'too_few' then ruled.median_value end as median_value
from ruled
inner join {{ ref('core_area') }} as area
    on ruled.area_code = area.area_code and area.is_newest
left join missing
    on
        ruled.measure_id = missing.measure_id
        and ruled.lane = missing.lane
        and ruled.area_code = missing.area_code
        and ruled.period = missing.period
        and ruled.model_year = missing.model_year
