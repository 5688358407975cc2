{# Spark's own tables enforce no constraint, so a null that a contract forbids is looked for when the table stands. #}
{% macro spark__persist_constraints(relation, model) %}
    {%- set forbidden = [] -%}
    {%- for column in model.columns.values() if 'not_null' in (column.constraints | map(attribute='type') | list) -%}
        {%- do forbidden.append(column.name) -%}
    {%- endfor -%}
    {%- if forbidden and config.get('contract').enforced -%}
        {%- set nulls -%}
            select
                {%- for name in forbidden %}
                count(*) - count({{ name }}) as {{ name }}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ relation }}
        {%- endset -%}
        {%- set found = run_query(nulls) -%}
        {%- for name in forbidden -%}
            {%- if found.columns[loop.index0].values()[0] > 0 -%}
                {{ exceptions.raise_compiler_error('NOT NULL constraint failed: ' ~ model.name ~ '.' ~ name) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
