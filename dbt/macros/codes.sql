{# The codes of a list of any year, to join to. What is no code stays in raw: anybody may have typed anything
   there, a name too, and it must not reach a release. quality.violation says where it stands. #}
{% macro codes_of(code_list) -%}
    (select distinct code from {{ ref('code') }} where code_list = '{{ code_list }}')
{%- endmacro %}


{# The codes of a list with the first and last year that accept them, to join to: a code of another year is no code.
   One row per code, so that no row is doubled by a code that came back after a gap. #}
{% macro codes_and_years_of(code_list) -%}
    (
        select
            code,
            min(coalesce({{ to_period('first_year') }}, 0)) as first_year,
            max(coalesce({{ to_period('last_year') }}, 9999)) as last_year
        from {{ ref('code') }}
        where code_list = '{{ code_list }}'
        group by code
    )
{%- endmacro %}
