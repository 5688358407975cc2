-- One row per worker's post in a workforce census: one authority, one year, one CSWWWorker element.
--
-- Every element is here. left_out_reason says which ones no figure counts and why, and the notes say which
-- values were set to unknown or taken from elsewhere. A day of birth identifies; nothing in the core set
-- needs more than the year.

with placed as (

    select
        worker.*,
        collection.period_end,
        {{ months_before('collection.period_end', 12) }} as previous_period_end,
        -- of two dates that contradict each other the end is believed: it is what makes somebody a leaver
        case
            when worker.role_end_date < worker.role_start_date then null
            else worker.role_start_date
        end as start_date,
        coalesce(worker.role_end_date < worker.role_start_date, false) as is_end_before_start,
        worker.is_end_sent and worker.role_end_date is null as is_end_unreadable,
        case when worker.fte between 0 and 1 then worker.fte end as usable_fte,
        case when worker.fte_30_september between 0 and 1 then worker.fte_30_september end as usable_fte_30,
        -- a second post differs in something: hours, role, dates or cases
        row_number() over (
            partition by
                worker.la_code, worker.collection_year, worker.worker_id, worker.is_agency,
                worker.role_start_date, worker.role_end_date, worker.role_code,
                worker.fte, worker.fte_30_september, worker.n_cases, worker.days_lost,
                worker.start_origin_code, worker.leaver_destination_code, worker.leaving_reason_code
            order by worker.worker_row asc nulls last
        ) as time_sent
    from {{ ref('stg_csww__worker') }} as worker
    inner join {{ ref('core_collection') }} as collection
        on
            collection.return_id = 'csww'
            and worker.la_code = collection.la_code
            and worker.collection_year = collection.collection_year

),

judged as (

    select
        *,
        case
            when worker_id is not null and time_sent > 1 then 'repeated'
            when role_end_date <= previous_period_end then 'ended_before_year'
            when start_date > period_end then 'begins_after_year'
            when is_end_unreadable then 'end_unreadable'
            when is_agency is null then 'agency_unknown'
        end as left_out_reason
    from placed

),

flagged as (

    select
        *,
        case when left_out_reason is null then coalesce(role_end_date > period_end, true) end as is_in_post,
        case
            when left_out_reason is not null then null
            when is_agency then false
            else coalesce(role_end_date <= period_end, false)
        end as is_leaver,
        case
            when left_out_reason is not null then null
            when is_agency then false
            else start_date > previous_period_end
        end as is_starter
    from judged

),

valued as (

    select
        *,
        case
            when usable_fte is not null then usable_fte
            when is_in_post then usable_fte_30
        end as known_fte,
        case
            when usable_fte is not null then null
            when is_in_post and usable_fte_30 is not null then 'from_fte30'
            when not is_fte_sent then 'missing'
            when fte is null then 'unreadable'
            else 'out_of_range'
        end as fte_fault
    from flagged

),

together as (

    select
        *,
        case
            when worker_id is not null and is_in_post and not is_agency
                then sum(case when is_in_post and not is_agency then known_fte end) over (
                    partition by la_code, collection_year, worker_id
                )
        end as worker_fte
    from valued

)

select
    {{ numbered_in_authority(
        'post.collection_year asc nulls last, post.submission_id asc nulls last, post.worker_row asc nulls last',
        'post.la_code'
    ) }} as worker_post_id,
    post.submission_id,
    post.la_code,
    cast(post.collection_year as int) as collection_year,
    cast(post.worker_row as int) as worker_row,
    post.worker_id,
    post.is_agency,
    post.left_out_reason,
    post.is_in_post,
    post.is_leaver,
    post.is_starter,
    post.start_date as role_start_date,
    post.role_end_date,
    case
        when post.is_end_unreadable then 'end_unreadable'
        when post.is_end_before_start then 'end_before_start'
        when post.is_start_sent and post.role_start_date is null then 'start_unreadable'
    end as date_note,
    post.known_fte as fte,
    -- six decimals are sent: halves of a post add up to one, give or take the last of them
    coalesce(post.fte_fault, case when post.worker_fte > 1.00001 then 'over_one_together' end) as fte_note,
    cast(post.n_cases as int) as n_cases,
    case when post.is_cases_sent and post.n_cases is null then 'unreadable' end as cases_note,
    coalesce(post.usable_fte_30, post.known_fte) as cases_fte,
    case when post.days_lost >= 0 then post.days_lost end as days_lost,
    case
        when post.is_days_sent and post.days_lost is null then 'unreadable'
        when post.days_lost < 0 then 'out_of_range'
    end as days_note,
    org_role.code as role_code,
    start_origin.code as start_origin_code,
    leaver_destination.code as leaver_destination_code,
    leaving_reason.code as leaving_reason_code,
    cast(year(post.birth_date) as int) as birth_year,
    post.source_line
from together as post
left join {{ codes_and_years_of('csww_role') }} as org_role
    on
        post.role_code = org_role.code
        and post.collection_year >= org_role.first_year
        and post.collection_year <= org_role.last_year
left join {{ codes_and_years_of('csww_start_origin') }} as start_origin
    on
        post.start_origin_code = start_origin.code
        and post.collection_year >= start_origin.first_year
        and post.collection_year <= start_origin.last_year
left join {{ codes_and_years_of('csww_leaver_destination') }} as leaver_destination
    on
        post.leaver_destination_code = leaver_destination.code
        and post.collection_year >= leaver_destination.first_year
        and post.collection_year <= leaver_destination.last_year
left join {{ codes_and_years_of('csww_reason_for_leaving') }} as leaving_reason
    on
        post.leaving_reason_code = leaving_reason.code
        and post.collection_year >= leaving_reason.first_year
        and post.collection_year <= leaving_reason.last_year
order by
    post.la_code asc nulls last,
    post.collection_year asc nulls last,
    worker_post_id asc nulls last
