{# A failing row is an authority without a region, a fictional one in a real region, or a real one in a fictional region:
   a total would lack it, or a made-up number would stand in it under a real name. #}
{% test the_made_up_lies_apart(model) %}
    select area.area_code
    from {{ model }} as area
    left join {{ model }} as region
        on area.region_code = region.area_code and region.geographic_level = 'Regional'
    where
        area.geographic_level = 'Local authority'
        and (region.area_code is null or region.is_fictional <> area.is_fictional)

    union all

    select area.area_code
    from {{ model }} as area
    left join {{ model }} as half
        on area.sub_region_code = half.area_code and half.geographic_level = 'Regional'
    where area.sub_region_code is not null and coalesce(half.is_fictional <> area.is_fictional, true)
{% endtest %}
