{# Digits and nothing else, or null. A bare cast would read '2.7' as 3 on DuckDB and as null on Spark. #}
{% macro to_whole_number(column) -%}
    case when translate({{ column }}, '0123456789', '') = '' then try_cast({{ column }} as int) end
{%- endmacro %}
