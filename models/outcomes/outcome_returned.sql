-- One row per measure, authority and year of the returned lane.

{% set counted = [
    'outcome_referral', 'outcome_rereferral', 'outcome_child_in_need', 'outcome_section_47', 'outcome_conference',
    'outcome_plan_started', 'outcome_second_plan', 'outcome_plan_over_two_years', 'outcome_looked_after',
    'outcome_care_started', 'outcome_left_to_family', 'outcome_care_leaver', 'outcome_workforce', 'outcome_stability',
    'outcome_care_application'
] %}

with counted as (

    {% for model in counted %}
        select
            measure_id,
            area_code,
            period,
            numerator,
            denominator,
            comparability,
            as_of
        from {{ touched(ref(model), 'area_code') }} as {{ model }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

with_population as (

    select
        counted.measure_id,
        counted.area_code,
        counted.period,
        counted.numerator,
        case when part.measure_id is null then counted.denominator else population.children end
            as denominator,
        case
            when counted.comparability = 'ok' and part.measure_id is not null and population.children is null
                then 'population_missing'
            else counted.comparability
        end as comparability,
        counted.as_of
    from counted
    left join {{ ref('measure_part') }} as part
        on
            counted.measure_id = part.measure_id
            and part.role = 'denominator'
            and part.published_id = 'child_population'
    left join {{ ref('child_population') }} as population
        on
            counted.area_code = population.area_code
            and counted.period - part.years_before = population.mid_year

)

select
    with_population.measure_id,
    with_population.area_code,
    cast(with_population.period as int) as period,
    with_population.numerator,
    with_population.denominator,
    with_population.comparability,
    with_population.as_of,
    measure.scale * with_population.numerator / nullif(with_population.denominator, 0) as value
from with_population
inner join {{ ref('measure') }} as measure
    on with_population.measure_id = measure.measure_id
