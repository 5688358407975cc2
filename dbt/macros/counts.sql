{# Counts of an authority's events in each census year held. An event counts in the year it falls in, and only
   if that year's own census reported it: an entry made later belongs to no published figure. #}
{% macro counts_in_year(measure_id, event, date) -%}
    select
        '{{ measure_id }}' as measure_id,
        collection.la_code as area_code,
        collection.collection_year as period,
        cast(count(event.la_code) as double) as numerator,
        cast(null as double) as denominator,
        'ok' as comparability,
        collection.received_date as as_of
    from {{ ref('core_collection') }} as collection
    left join {{ ref(event) }} as event
        on
            collection.la_code = event.la_code
            and collection.collection_year = event.first_collection_year
            and collection.collection_year = {{ year_to_31_march('event.' ~ date) }}
    where collection.return_id = 'cin'
    group by collection.la_code, collection.collection_year, collection.received_date
{%- endmacro %}
