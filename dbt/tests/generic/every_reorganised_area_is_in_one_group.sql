{# A failing row is an area that was split or merged, its successors' codes known, and that is in no group or in two at
   once: its series would break off, or a group would lack a part of its ground. #}
{% test every_reorganised_area_is_in_one_group(model) %}
    select
        from_area_code as area_code,
        effective_date
    from {{ ref('reorganisation') }}
    where event_type in ('split', 'split_part', 'merge', 'successor') and to_area_code is not null
    group by from_area_code, effective_date
    having count(distinct group_code) <> 1 or count(group_code) < count(*)

    union all

    select
        to_area_code as area_code,
        effective_date
    from {{ ref('reorganisation') }}
    where event_type in ('split', 'split_part', 'merge', 'successor') and to_area_code is not null
    group by to_area_code, effective_date
    having count(distinct group_code) <> 1
{% endtest %}
