{# The codes of a list of any year, to join to. What is no code stays in raw: anybody may have typed anything
   there, a name too, and it must not reach a release. quality.violation says where it stands. #}
{% macro codes_of(code_list) -%}
    (select distinct code from {{ ref('code') }} where code_list = '{{ code_list }}')
{%- endmacro %}
