{# A stable key: the same parts give the same key on every engine and in every build. #}
{% macro key_of(parts) -%}
    md5(concat_ws('|', {% for part in parts %}coalesce(cast({{ part }} as string), ''){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
