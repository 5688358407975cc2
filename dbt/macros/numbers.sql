{# Digits and nothing else, or null. A bare cast would read '2.7' as 3 on DuckDB and as null on Spark. #}
{% macro to_whole_number(column) -%}
    case when translate({{ column }}, '0123456789', '') = '' then try_cast({{ column }} as int) end
{%- endmacro %}


{# Digits with at most one point, a minus before them, and nothing else; or null. A bare cast would take 'nan' and
   '1e3' for numbers. #}
{% macro to_decimal(column) -%}
    case when translate({{ column }}, '0123456789', '') in ('', '.', '-', '-.') then try_cast({{ column }} as double) end
{%- endmacro %}


{# The sum of a column over the rows that a condition holds for; nothing to add is 0. A sum with an unknown part is
   unknown, not smaller: so it is where the column is null there, or where a row may belong there. #}
{% macro known_sum(column, condition, may_belong='false') -%}
    case
        when count(case when ({{ may_belong }}) or (({{ condition }}) and {{ column }} is null) then 1 end) = 0
            then coalesce(round(sum(case when {{ condition }} then {{ column }} end), 6), 0)
    end
{%- endmacro %}


{# How far a printed figure may be from what was printed: half a unit of its last place. #}
{% macro half_place(decimals) -%}
    (0.5 * power(10, -{{ decimals }}))
{%- endmacro %}
