{# A failing row says that nothing can be told and not why, gives a reason with a verdict, or says nothing at all. #}
{% test a_verdict_that_cannot_tell_says_why(model) %}
    select measure_id, area_code, period
    from {{ model }}
    where
        (verdict = 'cannot_tell') <> (verdict_reason is not null)
        or coalesce(sentence, '') = ''
{% endtest %}
