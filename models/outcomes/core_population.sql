-- One row per area, mid-year and release: children aged 0 to 17, each vintage of the estimate side by side.
--
-- A population that a release printed stands as printed, and one of them is in force. A release that printed
-- a rate and no population tells what it divided by: count over rate, between two limits, both being rounded.
-- That is given only where no printed population lies there: it was another vintage, or another year's.

with printed as (

    select
        area_code,
        period as mid_year,
        source_id,
        as_of,
        value as children,
        is_in_force
    from {{ ref('core_published_figure') }}
    where published_id = 'child_population' and value is not null

),

-- measures of which the rate and the count are printed, out of children
rate as (

    select
        measure.measure_id,
        measure.scale,
        measure.decimals,
        population.years_before,
        rated.published_id as rate_id,
        counted.published_id as count_id
    from {{ ref('measure') }} as measure
    inner join {{ ref('measure_part') }} as population
        on
            measure.measure_id = population.measure_id
            and population.role = 'denominator'
            and population.published_id = 'child_population'
    inner join {{ ref('measure_part') }} as rated
        on measure.measure_id = rated.measure_id and rated.role = 'value'
    inner join {{ ref('measure_part') }} as counted
        on measure.measure_id = counted.measure_id and counted.role = 'numerator'

),

divided as (

    select
        rate.measure_id,
        figure.area_code,
        figure.period - rate.years_before as mid_year,
        figure.source_id,
        figure.as_of,
        rate.scale * counted.value / figure.value as children,
        -- counts of England and the regions are printed to the nearest 10
        rate.scale * (counted.value - case when area.geographic_level = 'Local authority' then 0 else 5 end)
        / (figure.value + 0.5 * power(10, -rate.decimals)) as lowest,
        rate.scale * (counted.value + case when area.geographic_level = 'Local authority' then 0 else 5 end)
        / (figure.value - 0.5 * power(10, -rate.decimals)) as highest
    from rate
    inner join {{ ref('core_published_figure') }} as figure
        on rate.rate_id = figure.published_id and figure.value > 0.5 * power(10, -rate.decimals)
    inner join {{ ref('outcome_published_figure') }} as counted
        on
            rate.count_id = counted.published_id
            and figure.area_code = counted.area_code
            and figure.period = counted.period
            and counted.value > 0
    inner join {{ ref('area') }} as area
        on figure.area_code = area.area_code

),

-- of several rates in one release the one that tells most exactly
told as (

    select
        *,
        row_number() over (
            partition by area_code, mid_year, source_id
            order by highest - lowest asc nulls last, measure_id asc nulls last
        ) as place
    from divided

),

other_vintage as (

    select told.*
    from told
    left join printed
        on
            told.area_code = printed.area_code
            and told.mid_year = printed.mid_year
            -- a hair's breadth, since a rate half way is printed either way
            and printed.children >= told.lowest - 1
            and printed.children <= told.highest + 1
    where told.place = 1 and printed.area_code is null

)

select
    area_code,
    cast(mid_year as int) as mid_year,
    source_id,
    'printed' as basis,
    children,
    children as lowest,
    children as highest,
    cast(null as string) as measure_id,
    is_in_force,
    as_of
from printed

union all

select
    area_code,
    cast(mid_year as int) as mid_year,
    source_id,
    'implied' as basis,
    round(children, 0) as children,
    round(lowest, 0) as lowest,
    round(highest, 0) as highest,
    measure_id,
    false as is_in_force,
    as_of
from other_vintage
