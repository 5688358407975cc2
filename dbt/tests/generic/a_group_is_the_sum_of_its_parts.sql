{# A failing row is a group that counts more or less than the authorities of the time do: events made or lost in the
   adding. Compared are figures of which the group knows the count; what a publisher prints under another area is not. #}
{% test a_group_is_the_sum_of_its_parts(model) %}
    with member as (

        select distinct
            group_code,
            from_area_code as area_code,
            effective_date,
            true as is_before
        from {{ ref('reorganisation') }}
        where group_code is not null

        union all

        select distinct
            group_code,
            to_area_code as area_code,
            effective_date,
            false as is_before
        from {{ ref('reorganisation') }}
        where group_code is not null

    ),

    added as (

        select
            part.measure_id,
            part.lane,
            part.period,
            member.group_code,
            sum(part.numerator) as numerator,
            -- a population that is not printed of a part is known of the whole alone
            case when count(part.denominator) = count(*) then sum(part.denominator) end as denominator
        from {{ model }} as part
        inner join member
            on part.area_code = member.area_code and member.is_before = (part.period_end < member.effective_date)
        group by part.measure_id, part.lane, part.period, member.group_code

    )

    select
        whole.measure_id,
        whole.area_code,
        whole.period
    from {{ model }} as whole
    inner join added
        on
            whole.area_code = added.group_code
            and whole.measure_id = added.measure_id
            and whole.lane = added.lane
            and whole.period = added.period
    where
        abs(whole.numerator - added.numerator) > 0.000001
        or abs(whole.denominator - added.denominator) > 0.000001
{% endtest %}
