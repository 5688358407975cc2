{# A new submission touches one authority, and only what that one has is built anew: docs/decisions/0017. Schema raw
   then shows the returns of the touched authorities alone, and raw.touched lists them. #}

{# The codes of the touched authorities, to stand in a list. #}
{% macro touched_authorities() -%}
    {%- set found = run_query('select la_code from raw.touched order by la_code') -%}
    '{{ found.columns[0].values() | join("', '") }}'
{%- endmacro %}


{# A core table, to read from: all of it, or in an incremental build the rows of the touched authorities. A unit test has
   no table that could be there already. #}
{% macro touched(relation, authority='la_code') -%}
    {%- if this and is_incremental() -%}
        (select * from {{ relation }} where {{ authority }} in ({{ touched_authorities() }}))
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}


{# What the model gives replaces whatever the touched authorities had: an authority that has nothing left keeps nothing,
   which delete+insert would not see. #}
{% macro get_incremental_by_authority_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }}
    where {{ arg_dict['unique_key'] }} in ({{ touched_authorities() }});

    {{ get_insert_into_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{%- endmacro %}


{# What a test looks at. In an incremental build only the rows that were built: the others were tested when they were. #}
{% macro get_where_subquery(relation) -%}
    {%- set tested = graph.nodes.get(model.attached_node, {}) if execute else {} -%}
    {%- if tested.get('config', {}).get('materialized') == 'incremental' and not flags.FULL_REFRESH -%}
        (
            select * from {{ relation }}
            where {{ tested.config.unique_key }} in ({{ touched_authorities() }})
        )
    {%- else -%}
        {{ default__get_where_subquery(relation) }}
    {%- endif -%}
{%- endmacro %}


{# Stops a full refresh while schema raw shows some authorities alone: the others would be gone from every table. On
   Spark it always shows all. #}
{% macro raw_must_be_whole() -%}
    {%- if execute and target.type == 'duckdb' and flags.FULL_REFRESH and flags.WHICH in ('build', 'run') -%}
        {%- set left_out -%}
            select count(*) from raw.submission where is_current and la_code not in (select la_code from raw.touched)
        {%- endset -%}
        {%- if run_query(left_out).columns[0].values()[0] > 0 -%}
            {{ exceptions.raise_compiler_error("schema raw shows only what last changed; 'ncd build --anew' builds all") }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
