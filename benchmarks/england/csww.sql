-- A census: everybody in post in the year to 30 September, and the vacancies.

create or replace temp table out_header as
select
    la_code,
    1 as row_number,
    3 as line,
    'CSWW' as "Collection",
    getvariable('year') as "Year",
    written(getvariable('last')) as "ReferenceDate",
    'L' as "SourceLevel",
    la_code as "LEA",
    'made up' as "SoftwareCode"
from authority;

create or replace temp table out_vacancy as
select
    la_code,
    1 as row_number,
    12 as line,
    round(chance(la_code, concat('vacant', getvariable('year'))) * 60 * size, 1) as "NumberOfVacancies",
    round(chance(la_code, concat('covered', getvariable('year'))) * 30 * size, 1) as "NoAgencyFTE",
    cast(ceil(chance(la_code, concat('covered', getvariable('year'))) * 30 * size) as int)
        as "NoAgencyHeadcount"
from sized;

create or replace temp table out_worker as
select
    la_code,
    row_number() over (partition by la_code order by id) as row_number,
    20 + 20 * row_number as line,
    case when is_agency then '1' else '0' end as "AgencyWorker",
    pseudonym('worker', '', id) as "SWENo",
    chosen(id, 'fte', ['1', '1', '1', '0.8', '0.6', '0.5']) as "FTE",
    written(start_day - 9000 - cast(chance(id, 'age') * 9000 as int)) as "PersonBirthDate",
    chosen(id, 'gender', ['2', '2', '2', '1']) as "GenderCurrent",
    'WBRI' as "Ethnicity",
    chosen(id, 'role', ['5', '5', '5', '4', '3', '2', '6', '1']) as "OrgRole",
    written(start_day) as "RoleStartDate",
    chosen(id, 'origin', ['1', '2', '3', '4', '5']) as "StartOrigin",
    seen(end_day) as "RoleEndDate",
    case when end_day <= getvariable('last') then chosen(id, 'destination', ['1', '2', '3', '4', '9']) end
        as "LeaverDestination",
    case when end_day <= getvariable('last') then chosen(id, 'leaving', ['1', '2', '3', '4', '10']) end
        as "ReasonLeave",
    case when end_day > getvariable('last') then "FTE" end as "FTE30",
    case
        when end_day > getvariable('last')
            then cast(chance(id, concat('cases', getvariable('year'))) * 30 as int)
    end
        as "Cases30",
    cast(chance(id, concat('sick', getvariable('year'))) * 12 as int) as "WorkingDaysLost"
from post
where start_day <= getvariable('last') and end_day >= getvariable('first');
