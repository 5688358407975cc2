{# Fails on each row whose date lies before the column it should follow. #}
{% test not_before(model, column_name, start) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} < {{ start }}
{% endtest %}
