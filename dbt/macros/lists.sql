{# The different values of a group in one text, in order; null where there is none. #}
{% macro joined(column, separator) -%}
    {{ return(adapter.dispatch('joined')(column, separator)) }}
{%- endmacro %}

{% macro duckdb__joined(column, separator) -%}
    string_agg(distinct {{ column }}, '{{ separator }}' order by {{ column }} asc)
{%- endmacro %}

{% macro spark__joined(column, separator) -%}
    nullif(array_join(array_sort(collect_set({{ column }})), '{{ separator }}'), '')
{%- endmacro %}
