{# Fails on each combination of the grain's columns that stands on more than one row, or in which one is null: what is not
   known tells no rows apart. Columns that say something by being null are named in may_be_null. #}
{% test unique_grain(model, columns, may_be_null=[]) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns if column not in may_be_null %}
        or max(case when {{ column }} is null then 1 else 0 end) = 1
        {%- endfor %}
{% endtest %}
