{# A failing row is an event whose child is not in core_child: its id was lost between tables. #}
{% test assert_every_event_has_a_child(model) %}
    select event.la_code, event.child_id
    from {{ model }} as event
    left join {{ ref('core_child') }} as child
        on event.la_code = child.la_code and event.child_id = child.child_id
    where child.child_id is null
{% endtest %}
