{# A failing row is a name that stands there twice for one period: figures printed under it would count twice. #}
{% test one_area_per_name(model) %}
    select name.printed_name
    from {{ model }} as name
    inner join {{ model }} as other
        on
            {{ folded_name('name.printed_name') }} = {{ folded_name('other.printed_name') }}
            and concat_ws('|', name.printed_name, name.area_code, coalesce(cast(name.first_period as string), ''))
            < concat_ws('|', other.printed_name, other.area_code, coalesce(cast(other.first_period as string), ''))
            and coalesce(name.first_period, 0) <= coalesce(other.last_period, 9999)
            and coalesce(other.first_period, 0) <= coalesce(name.last_period, 9999)
{% endtest %}
