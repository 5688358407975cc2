{# A failing row has a figure and a symbol, or neither: a figure that is not known must say why, and only then. #}
{% test value_or_status(model) %}
    select measure_id, area_code, period
    from {{ model }}
    where (value is null) <> (status is not null)
{% endtest %}
