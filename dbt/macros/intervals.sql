{# Closed forms only; what has none (exact limits of an index) belongs to dagster_project/statistics.
   Formulas: Byar's approximation and Wilson's score interval, as OHID and ONS use them. z is 1.959964 for
   95% and 3.090232 for 99.8%. Results are limits of the count, or of the share, in the count's own unit. #}
{% macro byar_lower(x, z) -%}
    ({{ x }} * power(1 - 1 / (9 * {{ x }}) - {{ z }} / (3 * sqrt({{ x }})), 3))
{%- endmacro %}

{% macro byar_upper(x, z) -%}
    (({{ x }} + 1) * power(1 - 1 / (9 * ({{ x }} + 1)) + {{ z }} / (3 * sqrt({{ x }} + 1)), 3))
{%- endmacro %}

{% macro wilson(x, n, z, sign) -%}
    ((2 * {{ x }} + {{ z }} * {{ z }} {{ sign }} {{ z }} * sqrt({{ z }} * {{ z }} + 4 * {{ x }} * (1 - {{ x }} / {{ n }})))
    / (2 * ({{ n }} + {{ z }} * {{ z }})))
{%- endmacro %}
