{# Closed forms only; what has none (exact limits of an index) belongs to dagster_project/statistics.
   Byar's approximation and Wilson's score interval, as OHID and ONS use them. z is 1.959964 for 95% and
   3.090232 for 99.8%; sign is - for the lower and + for the upper limit. #}
{% macro byar(x, z, sign) -%}
    ({{ x }} * power(1 - 1 / (9 * {{ x }}) {{ sign }} {{ z }} / (3 * sqrt({{ x }})), 3))
{%- endmacro %}


{% macro wilson(x, n, z, sign) -%}
    ((2 * {{ x }} + {{ z }} * {{ z }} {{ sign }} {{ z }} * sqrt({{ z }} * {{ z }} + 4 * {{ x }} * (1 - {{ x }} / {{ n }})))
    / (2 * ({{ n }} + {{ z }} * {{ z }})))
{%- endmacro %}


{# A limit of a figure: Wilson's for a share; for events exact below ten, Byar's from ten. #}
{% macro limit_of(exact, z, sign) -%}
    case
        when is_share then {{ wilson('numerator', 'denominator', z, sign) }} * scale
        when numerator < 10 then {{ exact }} * per_event
        else {{ byar('numerator' if sign == '-' else '(numerator + 1)', z, sign) }} * per_event
    end
{%- endmacro %}
