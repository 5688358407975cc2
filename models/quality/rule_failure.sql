-- One row per place at which a rule failed and the time through which it did so, over all resubmissions.
--
-- Rows move between resubmissions; what stays is whose they are. A place is therefore a rule, a table and a
-- child, and the how manieth of that child's failing rows: of three, one that is mended closes the third.

with turned as (

    select
        *,
        row_number() over (
            partition by return_id, la_code, period_end order by known_at asc nulls last
        ) as turn
    from {{ touched(ref('stg_intake__rule_check')) }}

),

found as (

    select
        turned.return_id,
        turned.la_code,
        turned.collection_year,
        turned.period_end,
        turned.known_at,
        turned.superseded_at,
        turned.turn,
        failure.rule_code,
        failure.table_name,
        failure.person_id,
        failure.occurrence,
        failure.row_number as place_row,
        failure.line,
        turned.turn - row_number() over (
            partition by
                turned.return_id, turned.la_code, turned.period_end,
                failure.rule_code, failure.table_name, failure.person_id, failure.occurrence
            order by turned.turn asc nulls last
        ) as spell
    from turned
    inner join {{ source('intake', 'rule_failure') }} as failure
        on turned.check_id = failure.check_id

),

spelled as (

    select
        return_id,
        la_code,
        collection_year,
        period_end,
        rule_code,
        table_name,
        person_id,
        occurrence,
        min(known_at) as first_seen_at,
        case when count(superseded_at) = count(*) then max(superseded_at) end as cleared_at,
        max_by(place_row, turn) as last_row,
        max_by(line, turn) as last_line
    from found
    group by
        return_id, la_code, collection_year, period_end, rule_code, table_name, person_id, occurrence, spell

)

select
    return_id,
    la_code,
    cast(collection_year as int) as collection_year,
    period_end,
    rule_code,
    table_name,
    case when return_id <> 'csww' then person_id end as child_id,
    case when return_id = 'csww' then person_id end as worker_id,
    cast(occurrence as int) as occurrence,
    cast(last_row as int) as row_number,
    cast(last_line as int) as source_line,
    first_seen_at,
    cleared_at,
    cleared_at is null as is_open,
    cast(
        {{ days_between('cast(first_seen_at as date)', 'cast(cleared_at as date)') }} as int
    ) as days_to_clear
from spelled
