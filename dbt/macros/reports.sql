{# An open case stands in every census until it closes. These two columns say when a thing was first reported,
   and which report is the latest (recency 1), which is the one believed. #}
{% macro report_order(key, row) -%}
    min(collection_year) over (partition by {{ key }}) as first_collection_year,
    row_number() over (
        partition by {{ key }}
        order by collection_year desc nulls last, {{ row }} desc nulls last
    ) as recency
{%- endmacro %}


{# Tells apart things that a return dates the same: the first of that day is 1, the next is 2. #}
{% macro occurrence(parts, row) -%}
    row_number() over (
        partition by {{ parts | join(', ') }}
        order by {{ row }} asc nulls last
    )
{%- endmacro %}


{# The rows of a kind of event, each with the referral it stands under and a key that is the same in every
   census: the referral, the day, and which of that day's it is. #}
{% macro events_under_referral(staging, row, key) -%}
    select
        event.*,
        referral.referral_id,
        {{ key_of([
            'referral.referral_id', 'event.start_date',
            occurrence(['event.submission_id', 'referral.referral_id', 'event.start_date'], 'event.' ~ row)
        ]) }} as {{ key }}
    from {{ ref(staging) }} as event
    inner join {{ ref('stg_cin__referral') }} as referral
        on
            event.submission_id = referral.submission_id
            and event.referral_row = referral.referral_row
{%- endmacro %}
