{# A failing row mixes the two: a published figure of a fictional authority. #}
{% test no_made_up_figure_under_a_real_name(model) %}
    select measure_id, area_code, period
    from {{ model }}
    where is_fictional and lane = 'published'
{% endtest %}
