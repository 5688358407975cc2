{# Layer = folder = schema, with nothing in front: core.core_child, not main_core.core_child. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
