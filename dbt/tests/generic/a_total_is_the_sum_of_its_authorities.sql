{# A failing row is a region or England, worked out from returns, that counts more or less than the figures of its
   authorities: events made or lost in the adding. Of workforce a joint return counts, not the authorities in it. #}
{% test a_total_is_the_sum_of_its_authorities(model) %}
    with added as (

        select
            part.measure_id,
            part.period,
            whole.area_code,
            sum(part.numerator) as numerator,
            sum(part.denominator) as denominator
        from {{ model }} as part
        inner join {{ ref('area') }} as area
            on part.area_code = area.area_code and area.geographic_level = 'Local authority'
        inner join {{ ref('measure') }} as measure
            on part.measure_id = measure.measure_id
        left join {{ ref('core_area') }} as member
            on part.area_code = member.area_code and member.is_newest and member.joint_return_from <= part.period
        inner join {{ ref('area') }} as whole
            on
                whole.area_code = area.region_code
                or whole.area_code = area.sub_region_code
                or (whole.geographic_level = 'National' and not area.is_fictional)
        where
            part.lane = 'returned'
            and case when measure.return_id = 'csww' then member.area_code is null else not area.is_joint_return end
            and coalesce(area.open_date <= part.period_end, true)
            and coalesce(area.close_date >= part.period_end, true)
            and part.numerator is not null
            and part.denominator is not null
        group by part.measure_id, part.period, whole.area_code

    )

    select
        total.measure_id,
        total.area_code,
        total.period
    from {{ ref('core_total') }} as total
    left join added
        on
            total.measure_id = added.measure_id
            and total.area_code = added.area_code
            and total.period = added.period
    where
        abs(coalesce(total.partial_numerator, 0) - coalesce(added.numerator, 0)) > 0.000001
        or abs(coalesce(total.partial_denominator, 0) - coalesce(added.denominator, 0)) > 0.000001
{% endtest %}
