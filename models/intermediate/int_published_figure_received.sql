-- One row per published figure, area, period and release received.
--
-- A cell left blank says nothing, nor does a symbol for "not available" or "not applicable" where the release
-- has no number at all for that year: the file does not hold it. Neither does one for an area that there was
-- not. A year that lacks a month or a quarter is no figure yet.

with named as (

    select
        figure.submission_id,
        figure.return_id,
        figure.table_name,
        figure.row_number,
        declared.published_id,
        -- two authorities with one workforce return: some publications print it under each, some under one
        coalesce(joint.to_area_code, figure.area_code) as area_code,
        case when joint.to_area_code is null then figure.area_code_ons end as area_code_ons,
        figure.period,
        figure.part,
        figure.value,
        figure.status,
        declared.parts_in_year,
        declared.decimals
    from {{ ref('int_published_figure_placed') }} as figure
    inner join {{ ref('published_column') }} as declared
        on
            figure.return_id = declared.return_id
            and figure.table_name = declared.table_name
            and figure.value_field = declared.value_field
            and coalesce(lower(trim(figure.filter_value)), '')
            like coalesce(lower(declared.filter_value), '%')
            and coalesce(lower(trim(figure.second_filter_value)), '')
            like coalesce(lower(declared.second_filter_value), '%')
    left join {{ ref('reorganisation') }} as joint
        on
            figure.area_code = joint.from_area_code
            and joint.event_type = 'joint_return'
            and declared.published_id like 'sw%'
            and figure.period >= cast(substring(joint.first_year_csww, 1, 4) as int)
    where
        figure.area_code is not null
        and figure.period is not null
        and (figure.value is not null or figure.status is not null)

),

-- a file that prints one figure twice is believed where it gives a number, and further down
ranked as (

    select
        *,
        row_number() over (
            partition by submission_id, table_name, published_id, area_code, period, part
            order by
                case when value is null then 1 else 0 end asc nulls last,
                row_number desc nulls last
        ) as place
    from named

),

whole_years as (

    select
        submission_id,
        return_id,
        published_id,
        area_code,
        period,
        max(area_code_ons) as area_code_ons,
        max(decimals) as decimals,
        max(parts_in_year) as parts_in_year,
        case when count(value) = count(*) then sum(value) end as total,
        min(status) as printed_symbol
    from ranked
    where place = 1
    group by submission_id, return_id, table_name, published_id, area_code, period
    having count(*) = max(parts_in_year)

),

chosen as (

    select
        *,
        count(total) over (partition by submission_id, published_id, period) > 0 as is_held,
        -- a release that prints the year and its parts too is believed on the year
        row_number() over (
            partition by submission_id, published_id, area_code, period
            order by
                case when total is null then 1 else 0 end asc nulls last,
                parts_in_year asc nulls last
        ) as place
    from whole_years

)

select
    chosen.submission_id,
    chosen.return_id,
    chosen.published_id,
    chosen.area_code,
    chosen.area_code_ons,
    chosen.period,
    -- Spark rounds to a literal number of places only
    case chosen.decimals
        when 0 then round(chosen.total, 0)
        when 1 then round(chosen.total, 1)
        else round(chosen.total, 6)
    end as value,
    case
        when chosen.total is not null then null
        -- neither a number nor a symbol known here: not available; quality.violation says where it stands
        else coalesce(symbol.symbol, 'x')
    end as status,
    -- the day it was published: as told; else the end of its newest year, or the day it came if earlier
    coalesce(
        submission.sent_date,
        least(
            cast(submission.received_at as date),
            {{ period_end('submission.collection_year', "'12-31'") }}
        )
    ) as as_of,
    submission.received_at
from chosen
inner join {{ ref('stg_intake__submission') }} as submission
    on chosen.submission_id = submission.submission_id
inner join {{ ref('area') }} as area
    on chosen.area_code = area.area_code
left join {{ ref('symbol') }} as symbol
    on chosen.printed_symbol = symbol.symbol
where
    chosen.place = 1
    and (
        chosen.total is not null
        or (
            chosen.is_held
            and chosen.period >= coalesce(year(area.open_date), 0)
            and chosen.period <= coalesce(year(area.close_date), 9999)
        )
        or coalesce(symbol.reason, 'not_available') not in ('not_available', 'not_applicable')
    )
