{# Closed forms only, so that every engine gives the same; dagster_project/statistics has the exact ones.
   Byar's approximation and Wilson's score interval, as OHID and ONS use them. z is 1.959964 for 95% and
   3.090232 for 99.8%; sign is - for the lower and + for the upper limit. #}
{% macro byar(x, z, sign) -%}
    ({{ x }} * power(1 - 1 / (9 * {{ x }}) {{ sign }} {{ z }} / (3 * sqrt({{ x }})), 3))
{%- endmacro %}


{% macro wilson(x, n, z, sign) -%}
    ((2 * {{ x }} + {{ z }} * {{ z }} {{ sign }} {{ z }} * sqrt({{ z }} * {{ z }} + 4 * {{ x }} * (1 - {{ x }} / {{ n }})))
    / (2 * ({{ n }} + {{ z }} * {{ z }})))
{%- endmacro %}


{# Wilson's score interval with continuity correction (Newcombe 1998, method 4): the closed form nearest to the exact
   limits of Clopper and Pearson. x need not be whole. #}
{% macro corrected_wilson(x, n, z, sign) -%}
    {% if sign == '-' -%}
        case
            when {{ x }} <= 0 then 0
            else greatest(0, (2 * {{ x }} + {{ z }} * {{ z }} - 1 - {{ z }} * sqrt(
                {{ z }} * {{ z }} - 2 - 1 / {{ n }} + 4 * {{ x }} / {{ n }} * ({{ n }} - {{ x }} + 1)
            )) / (2 * ({{ n }} + {{ z }} * {{ z }})))
        end
    {%- else -%}
        least(1, (2 * {{ x }} + {{ z }} * {{ z }} + 1 + {{ z }} * sqrt(
            {{ z }} * {{ z }} + 2 - 1 / {{ n }} + 4 * {{ x }} / {{ n }} * greatest({{ n }} - {{ x }} - 1, 0)
        )) / (2 * ({{ n }} + {{ z }} * {{ z }})))
    {%- endif %}
{%- endmacro %}


{# A limit of an index: of the log of a ratio from ten events on; below, of the share that the later events have of all.
   events and base_events are what they could have been at that end of the rounding, exposure_ratio how many more
   children the base year had. #}
{% macro index_limit(at, base_at, z, sign) -%}
    case
        when period = base_period or not is_in_closed_form or events is null or base_events is null then null
        when events * {{ at }} >= 10 and base_events * {{ base_at }} >= 10
            then 100 * indexed * {{ at }} / (indexed_base * {{ base_at }}) * exp({{ sign }} {{ z }} * sqrt(
                1 / (events * {{ at }}) + 1 / (base_events * {{ base_at }}) - of_shares
            ))
        when exposure_ratio is not null
            then 100 * exposure_ratio * {{ odds(
                corrected_wilson(
                    '(events * ' ~ at ~ ')', '(events * ' ~ at ~ ' + base_events * ' ~ base_at ~ ')', z, sign
                )
            ) }}
    end
{%- endmacro %}


{% macro odds(share) -%}
    ({{ share }}) / nullif(1 - ({{ share }}), 0)
{%- endmacro %}


{# A limit of a figure: Wilson's for a share; for events exact below ten, Byar's from ten. Where a rate is printed and
   its events are not, they are worked back, at that end of the rounding that makes the interval wider. #}
{% macro limit_of(exact, z, sign) -%}
    case
        when is_share then {{ wilson('numerator', 'denominator', z, sign) }} * scale
        when is_worked_back and events_{{ 'low' if sign == '-' else 'high' }} = 0 then 0
        when is_worked_back
            then greatest(0, {{ byar('events_low' if sign == '-' else '(events_high + 1)', z, sign) }}) * per_event
        when numerator < 10 then {{ exact }} * per_event
        else {{ byar('numerator' if sign == '-' else '(numerator + 1)', z, sign) }} * per_event
    end
{%- endmacro %}
