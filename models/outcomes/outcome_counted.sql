-- One row per measure, authority and year: what authorities' returns give, before it is divided by children.

{% set counted = [
    'outcome_referral', 'outcome_rereferral', 'outcome_child_in_need', 'outcome_section_47', 'outcome_conference',
    'outcome_plan_started', 'outcome_second_plan', 'outcome_plan_over_two_years', 'outcome_looked_after',
    'outcome_care_started', 'outcome_left_to_family', 'outcome_care_leaver', 'outcome_workforce', 'outcome_stability',
    'outcome_care_application'
] %}

{% for model in counted %}
    select
        measure_id,
        area_code,
        cast(period as int) as period,
        numerator,
        denominator,
        comparability,
        as_of
    from {{ touched(ref(model), 'area_code') }} as {{ model }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
