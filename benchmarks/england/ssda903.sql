-- A return: the children looked after in the year with every episode that lay in it, and the care leavers.

create or replace temp table shown as
select
    *,
    row_number() over (partition by la_code order by id, episode_start, episode_id) as row_number,
    dense_rank() over (partition by la_code order by id) as child_row,
    pseudonym('child', la_code, id) as child_id
from care_episode
where episode_start <= getvariable('last') and episode_end >= getvariable('first');

create or replace temp table out_header as
select
    la_code,
    child_row as row_number,
    1 + child_row as line,
    child_id as "CHILD",
    chosen(id, 'sex', ['2', '1']) as "SEX",
    written(birth_day) as "DOB",
    chosen(id, 'ethnicity', ['WBRI', 'WBRI', 'WBRI', 'WOTH', 'MWBC', 'APKN', 'BAFR', 'OOTH']) as "ETHNIC",
    case when chance(id, 'pupil') < 0.93 then pseudonym('upn', '', id) else 'UN1' end as "UPN",
    '0' as "MOTHER",
    '0' as "UASC"
from shown
group by all;

create or replace temp table out_episodes as
select
    la_code,
    row_number,
    child_row as parent_row,
    1 + row_number as line,
    child_id as "CHILD",
    written(episode_start) as "DECOM",
    reason as "RNE",
    case when is_short_break then 'V3'
        else chosen(status_id, 'status', ['V2', 'C1', 'C2', 'C2', 'C2', 'E1', 'D1']) end as "LS",
    chosen(id, 'need in care', ['N1', 'N1', 'N2', 'N4', 'N5', 'N8']) as "CIN",
    chosen(place_id, 'kind', ['U1', 'U3', 'U4', 'U6', 'U6', 'U6', 'K2', 'R1', 'P1', 'P2', 'T0']) as "PLACE",
    chosen(place_id, 'provider', ['PR1', 'PR1', 'PR4', 'PR0']) as "PLACE_PROVIDER",
    -- one in a hundred that ended is sent without the day it did
    case when chance(episode_id, 'forgotten') > 0.01 then seen(episode_end) end as "DEC",
    case when "DEC" is not null then
        case when next_reason is not null then 'X1'
            else chosen(period_id, 'left', ['E4A', 'E4B', 'E8', 'E11', 'E2', 'E43']) end
    end as "REC",
    case when "DEC" is not null and next_reason in ('P', 'B') then
        chosen(episode_id, 'why', ['CARPL', 'CREQB', 'CREQO', 'CHILD', 'LAREQ', 'PLACE', 'OTHER'])
    end as "REASON_PLACE_CHANGE",
    'XX' || (1 + id % 90) as "HOME_POST",
    'XX' || (1 + place_id % 90) as "PL_POST",
    case when place_id % 4 = 0 then cast(1000000 + place_id % 90000 as varchar) end as "URN"
from shown;

create or replace temp table out_missing as
select
    la_code,
    row_number() over (partition by la_code order by child_row, day) as row_number,
    child_row as parent_row,
    1 + row_number as line,
    child_id as "CHILD",
    written(birth_day) as "DOB",
    chosen(child_row, 'missing', ['M', 'M', 'A']) as "MISSING",
    written(day) as "MIS_START",
    written(day + 1) as "MIS_END"
from (
    select distinct
        la_code, child_row, child_id, birth_day,
        cast(
            getvariable('first')
            + cast(chance(id, concat('day', getvariable('year'), number)) * 363 as int) as date
        ) as day
    from shown, unnest(range(3)) as one (number)
    where chance(id, concat('missing', getvariable('year'))) < 0.11
);

create or replace temp table worker_spell as
select
    la_code,
    row_number() over (partition by la_code order by row_number) as row_number,
    child_row as parent_row,
    1 + row_number as line,
    child_id as "CHILD",
    written(birth_day) as "DOB",
    pseudonym('worker', la_code, hash(episode_id) % 200) as "SW_ID",
    written(episode_start) as "SW_DECOM",
    seen(worker_end) as "SW_DEC",
    chosen(episode_id, 'new worker', ['MANAGE', 'LEFTRL', 'ORGRST', 'OTHERS']) as "SW_REASON"
from shown
where place % 2 = 0;

create or replace temp table out_social_worker as
from worker_spell where getvariable('year') >= 2024;

create or replace temp table out_oc3 as
select
    la_code,
    row_number() over (partition by la_code order by id) as row_number,
    1 + row_number as line,
    pseudonym('child', la_code, id) as "CHILD",
    written(birth_day) as "DOB",
    chosen(id, 'touch', ['YES', 'YES', 'YES', 'YES', 'NO', 'REFU', 'NREQ']) as "IN_TOUCH",
    chosen(id, concat('activity', getvariable('year')), ['F1', 'F2', 'F4', 'P2', 'G4', 'G5', 'G6', '0'])
        as "ACTIV",
    chosen(id, concat('home', getvariable('year')), ['B1', 'D1', 'E1', 'U1', 'U1', 'U2', 'V1', 'X2', '0'])
        as "ACCOM"
from (
    select distinct
        la_code, id, birth_day
    from care_period
    where
        end_day >= adult_day - 730
        and not is_short_break
        and end_day <= getvariable('last')
        and getvariable('year') - year(birth_day) between 17 and 21
);
