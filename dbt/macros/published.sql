{# A printed cell that is a number; noise such as 9.1999999999999993 goes with rounding, as no publisher prints more
   than six decimals. #}
{% macro to_printed_number(column) -%}
    round({{ to_decimal('trim(' ~ column ~ ')') }}, 6)
{%- endmacro %}


{# The symbol in a printed cell that holds no number; null in a blank one, which says nothing. #}
{% macro to_printed_symbol(column) -%}
    case
        when {{ to_printed_number(column) }} is null then nullif(lower(trim({{ column }})), '')
    end
{%- endmacro %}


{# The year a period ends in: 2025, 202425, 2024-25, 2024/25, 2024-2025 and 2025.0 are 2025. Anything else is null. #}
{% macro to_period(column) -%}
    case
        when {{ column }} like '____.0' then {{ to_whole_number('substring(' ~ column ~ ', 1, 4)') }}
        when {{ column }} like '______' or {{ column }} like '____-__' or {{ column }} like '____/__'
            then {{ to_whole_number('substring(' ~ column ~ ', 1, 4)') }} + 1
        when {{ column }} like '____-____' or {{ column }} like '____/____'
            then {{ to_whole_number('substring(' ~ column ~ ', 6, 4)') }}
        when {{ column }} like '____' then {{ to_whole_number(column) }}
    end
{%- endmacro %}


{# The year to 31 March that a month lies in; months come as 2015-04 (or a day in it), April 2015 or Apr-15. #}
{% macro period_of_month(column) -%}
    case
        when {{ column }} like '____-__%' and translate(substring({{ column }}, 1, 7), '0123456789', '') = '-'
            then {{ to_whole_number('substring(' ~ column ~ ', 1, 4)') }}
                + case when substring({{ column }}, 6, 2) >= '04' then 1 else 0 end
        when instr('janfebmaraprmayjunjulaugsepoctnovdec', lower(substring({{ column }}, 1, 3))) % 3 = 1
            then {{ to_whole_number("concat('20', substring(" ~ column ~ ", length(" ~ column ~ ") - 1, 2))") }}
                + case
                    when instr('janfebmaraprmayjunjulaugsepoctnovdec', lower(substring({{ column }}, 1, 3))) > 9 then 1
                    else 0
                end
    end
{%- endmacro %}


{# An authority's code as area_code has it: 839.0 is 839, and the joint return 314/318 is '314 / 318'. #}
{% macro to_area_code(column) -%}
    nullif(
        replace(
            replace(
                case
                    when {{ column }} like '%.0' then substring({{ column }}, 1, length({{ column }}) - 2)
                    else {{ column }}
                end,
                ' ',
                ''
            ),
            '/',
            ' / '
        ),
        ''
    )
{%- endmacro %}


{# A name as names are compared: in small letters, without blanks around it, 'and' for '&'. #}
{% macro folded_name(column) -%}
    replace(lower(trim({{ column }})), ' & ', ' and ')
{%- endmacro %}


{# The columns that every staging model of a publication has, from the names of its own. #}
{% macro printed_figure(table, columns) -%}
    submission_id,
    '{{ table[0] }}' as return_id,
    '{{ table[1] }}' as table_name,
    cast(row_number as int) as row_number,
    cast(line as int) as source_line,
    {{ columns.area_code or 'cast(null as string)' }} as printed_area_code,
    {{ columns.area_code_ons or 'cast(null as string)' }} as area_code_ons,
    {{ columns.area_name }} as printed_area_name,
    cast({{ columns.period }} as int) as period,
    {{ columns.part or "'year'" }} as part,
    {{ columns.filter or 'cast(null as string)' }} as filter_value,
    {{ columns.second_filter or 'cast(null as string)' }} as second_filter_value,
    value_field,
    {{ to_printed_number('printed') }} as value,
    {{ to_printed_symbol('printed') }} as status
{%- endmacro %}


{# A wide table of Explore education statistics as one row per printed figure. #}
{% macro open_data_figures(table, fields, filter=none, second_filter=none) -%}
    with printed as (

        {% for field in fields %}
            select
                *,
                '{{ field }}' as value_field,
                {{ adapter.quote(field) }} as printed,
                lower(trim(geographic_level)) as level
            from {{ source('open_data', table) }}
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    )

    select
        {{ printed_figure(('open_data', table), {
            'area_code': "case level when 'national' then 'ENG' when 'regional' then trim(region_code) else "
                ~ to_area_code('old_la_code') ~ " end",
            'area_code_ons': "case level when 'national' then country_code when 'regional' then region_code else "
                ~ "new_la_code end",
            'area_name': "case level when 'national' then country_name when 'regional' then region_name else "
                ~ "la_name end",
            'period': to_period('time_period'),
            'filter': filter,
            'second_filter': second_filter
        }) | indent(4) }}
    from printed
{%- endmacro %}


{# Every figure of every publication received, with the area it is about; null where the file names none known here.
   A code is believed before a name, and a name in the years it stood for that area. #}
{% macro received_figures() -%}
    {% set models = [
        'stg_open_data__referral', 'stg_open_data__child_in_need', 'stg_open_data__second_plan',
        'stg_open_data__plan_duration', 'stg_open_data__population', 'stg_open_data__looked_after',
        'stg_open_data__placement_stability', 'stg_open_data__care_leaver_activity',
        'stg_open_data__care_leaver_accommodation', 'stg_open_data__social_worker_change',
        'stg_open_data__workforce', 'stg_lait__figure', 'stg_cafcass__month', 'stg_cafcass__authority_quarter',
        'stg_cafcass__authority_year'
    ] %}
    with printed as (

        {% for model in models %}
            select * from {{ ref(model) }}
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

    -- a made-up authority's code in a publication is an error, and a made-up figure must not follow from it
    real_area as (

        select area_code from {{ ref('area') }} where not is_fictional

    )

    select
        printed.*,
        coalesce(real_area.area_code, named.area_code) as area_code
    from printed
    left join real_area
        on printed.printed_area_code = real_area.area_code
    left join {{ ref('area_name') }} as named
        on
            {{ folded_name('printed.printed_area_name') }} = {{ folded_name('named.printed_name') }}
            and printed.period >= coalesce(named.first_period, 0)
            and printed.period <= coalesce(named.last_period, 9999)
{%- endmacro %}
