{# dbt-spark writes a seed's rows into the text of a statement, where a null becomes the word None and an
   apostrophe ends the value. Spark reads the file itself instead, as DuckDB does, into the types dbt has decided on. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set file = (model.root_path ~ '/' ~ model.original_file_path) | replace('\\', '/') %}
    {% set names = agate_table.column_names %}
    {% set view = this.identifier ~ '_file' %}
    {% do run_query(
        'create or replace temporary view ' ~ view ~ ' (`' ~ names | join('` string, `') ~ '` string) using csv'
        ~ ' options (path "' ~ file ~ '", header "true", enforceSchema "false", mode "failfast", escape \'"\')'
    ) %}
    {% set sql %}
    insert into {{ this }}
    select
        {%- for name in names %}
        cast(`{{ name }}` as {{ model.config.column_types.get(name, adapter.convert_type(agate_table, loop.index0)) }})
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ view }}
    {% endset %}
    {% do run_query(sql) %}
    {{ return(sql) }}
{% endmacro %}
