-- One row per measure, authority and year of the returned lane: what was counted, and out of what.

with with_population as (

    select
        counted.measure_id,
        counted.area_code,
        counted.period,
        counted.numerator,
        case when part.measure_id is null then counted.denominator else population.value end as denominator,
        case
            when counted.comparability = 'ok' and part.measure_id is not null and population.value is null
                then 'population_missing'
            else counted.comparability
        end as comparability,
        counted.as_of
    from {{ ref('outcome_counted') }} as counted
    left join {{ ref('measure_part') }} as part
        on
            counted.measure_id = part.measure_id
            and part.role = 'denominator'
            and part.published_id = 'child_population'
    -- the vintage in force, which the published lane divides by too
    left join {{ ref('outcome_published_figure') }} as population
        on
            part.published_id = population.published_id
            and counted.area_code = population.area_code
            and counted.period - part.years_before = population.period

)

select
    with_population.measure_id,
    with_population.area_code,
    with_population.period,
    with_population.numerator,
    with_population.denominator,
    measure.scale * with_population.numerator / nullif(with_population.denominator, 0) as value,
    with_population.comparability,
    with_population.as_of
from with_population
inner join {{ ref('measure') }} as measure
    on with_population.measure_id = measure.measure_id
