-- One row per measure, lane, level and period: how many figures it has and how far they reach.

-- where England has been in every year, and nearly all authorities; and where no authority has ever been
with ranges (measure_id, england_from, england_to, lowest, highest, never) as (

    values
    ('M02', 15, 30, 2, 60, 70),
    ('M03', 8, 25, 1, 60, 100),
    ('M05', 4, 18, 1, 50, 60),
    ('M06', 400, 750, 120, 1600, null),
    ('M07', 250, 450, 100, 1000, null),
    ('M08', 100, 260, 20, 600, null),
    ('M09', 35, 85, 5, 180, null),
    ('M10', 10, 35, 1, 50, null),
    ('M11', 1, 6, 0, 15, null),
    ('M12', 45, 95, 15, 250, null),
    ('M13', 18, 40, 5, 120, null),
    ('M14', 6, 16, 2, 30, null),
    ('M15', 55, 85, 35, 95, null),
    ('M16', 15, 45, 3, 80, null),
    ('M17', 20, 55, 2, 80, null),
    ('M18', 8, 28, 2, 60, null),
    ('M19', 35, 70, 20, 90, null),
    ('M20', 70, 97, 45, 100, null),
    ('M21', 8, 30, 0, 70, null),
    ('M22', 8, 30, 0, 65, null),
    ('M23', 12, 22, 6, 40, null),
    ('M24', 2, 6, 0.2, 14, null)

),

open_areas as (

    select
        years.period,
        count(distinct area.area_code) as n_open
    from meta.area as area
    cross join range(2008, year(getvariable('today')) + 1) as years (period)
    where
        area.geographic_level = 'Local authority'
        and not area.is_fictional
        and not area.is_joint_return
        and coalesce(area.open_date, date '1900-01-01') <= make_date(years.period, 3, 31)
        and coalesce(area.close_date, date '2999-12-31') >= make_date(years.period - 1, 4, 1)
    group by years.period

),

figures as (

    select
        outcome.measure_id,
        outcome.lane,
        outcome.geographic_level as level,
        outcome.period,
        outcome.unit,
        count(*) as n_rows,
        count(outcome.value) as n_figures,
        min(outcome.value) as lowest,
        max(outcome.value) as highest,
        count(distinct outcome.area_code) as n_areas,
        count(*) filter (
            outcome.value not between ranges.england_from and ranges.england_to
        ) as n_outside_england,
        avg((outcome.value not between ranges.lowest and ranges.highest)::int) as share_outside,
        count(*) filter (outcome.value > ranges.never and not outcome.is_fictional) as n_beyond
    from outcomes.core_outcome as outcome
    left join ranges on outcome.measure_id = ranges.measure_id
    group by outcome.measure_id, outcome.lane, outcome.geographic_level, outcome.period, outcome.unit

),

spans as (

    select
        measure_id,
        lane,
        level,
        -- before 2012-13 the figures are of years picked out
        max(period) - greatest(min(period), 2013) + 1 - count(*) filter (period >= 2013) as n_years_skipped,
        max(max(period)) over (partition by lane) - max(period) as years_behind
    from figures
    where n_figures > 0
    group by measure_id, lane, level

),

was as (

    select
        measure_id,
        lane,
        geographic_level as level,
        period,
        count(value) as n_before
    from before.outcomes.core_outcome
    group by measure_id, lane, geographic_level, period

)

select
    concat_ws(' ', measure_id, lane, lower(level), period) as place,
    measure_id,
    lane,
    level,
    period,
    figures.unit,
    figures.n_figures,
    figures.n_areas,
    figures.lowest,
    figures.highest,
    figures.n_outside_england,
    figures.share_outside,
    figures.n_beyond,
    1 - figures.n_figures / figures.n_rows as share_missing,
    1 - sum(figures.n_figures) over by_level / sum(figures.n_rows) over by_level as share_missing_in_all,
    figures.n_areas / open_areas.n_open as share_of_authorities,
    coalesce(figures.n_figures, 0) / nullif(was.n_before, 0) as share_kept,
    spans.n_years_skipped,
    spans.years_behind
from figures
full join was using (measure_id, lane, level, period)
left join open_areas using (period)
left join spans using (measure_id, lane, level)
window by_level as (partition by lane, level)
order by place
