{# A failing row is any row: the table lists what should not be there. #}
{% test no_rows(model) %}
    select * from {{ model }}
{% endtest %}
