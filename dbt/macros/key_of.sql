{# A stable key: the same parts give the same key on every engine and in every build. #}
{% macro key_of(parts) -%}
    md5(concat_ws('|', {% for part in parts %}coalesce(cast({{ part }} as string), ''){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}


{# A whole number for each row, the authority's code before its place in the authority: windows and joins over it are
   twice as fast as over text, and what another authority sends changes nothing in it. #}
{% macro numbered_in_authority(order, la_code='la_code') -%}
    cast(cast({{ la_code }} as int) * 1000000 + row_number() over (
        partition by {{ la_code }}
        order by {{ order }}
    ) as int)
{%- endmacro %}
