{# Intake has made every readable date ISO. Anything else is null, never an error and never a guess: Spark would
   read '2024' as 1 January, DuckDB '2024-01-1Z' as that day, and they write the year 0000 differently. #}
{% macro to_date(column) -%}
    case
        when
            {{ column }} like '____-__-__'
            and translate({{ column }}, '0123456789', '') = '--'
            and {{ column }} >= '0001'
            then try_cast({{ column }} as date)
    end
{%- endmacro %}


{# The collection year of a date: the year that the year to 31 March ends in. #}
{% macro year_to_31_march(date) -%}
    (year({{ date }}) + case when month({{ date }}) >= 4 then 1 else 0 end)
{%- endmacro %}


{# The last day of a period: 31 March of 2014 for (2014, '03-31'). #}
{% macro period_end(period, year_ends) -%}
    cast(concat(cast({{ period }} as string), '-', {{ year_ends }}) as date)
{%- endmacro %}


{# The same day, so many calendar months earlier. #}
{% macro months_before(date, months) -%}
    {{ return(adapter.dispatch('months_before')(date, months)) }}
{%- endmacro %}

{% macro duckdb__months_before(date, months) -%}
    cast({{ date }} - interval ({{ months }}) month as date)
{%- endmacro %}

{% macro spark__months_before(date, months) -%}
    add_months({{ date }}, -({{ months }}))
{%- endmacro %}


{# Days from the first date to the second. #}
{% macro days_between(start, end) -%}
    {{ return(adapter.dispatch('days_between')(start, end)) }}
{%- endmacro %}

{% macro duckdb__days_between(start, end) -%}
    date_diff('day', {{ start }}, {{ end }})
{%- endmacro %}

{% macro spark__days_between(start, end) -%}
    datediff({{ end }}, {{ start }})
{%- endmacro %}


{# Whole years from birth to a day; null before birth. Who is born on 29 February has a birthday on 1 March. #}
{% macro age_on(birth_date, date) -%}
    case
        when {{ date }} >= {{ birth_date }}
            then year({{ date }}) - year({{ birth_date }})
                - case
                    when
                        month({{ date }}) * 100 + day({{ date }})
                        < month({{ birth_date }}) * 100 + day({{ birth_date }})
                        then 1
                    else 0
                end
    end
{%- endmacro %}
