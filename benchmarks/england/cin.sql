-- A census: the referrals of the year and the cases open on its first day, with what was done in it.

create or replace temp table shown as
select
    *,
    row_number() over (partition by la_code order by id, place) as referral_row,
    dense_rank() over (partition by la_code order by id) as child_row,
    pseudonym('child', la_code, id) as child_id
from referral
where day <= getvariable('last') and closed >= getvariable('first');

create or replace temp table out_header as
select
    la_code,
    1 as row_number,
    3 as line,
    'CIN' as "Collection",
    getvariable('year') as "Year",
    written(getvariable('last')) as "ReferenceDate",
    'L' as "SourceLevel",
    la_code as "LEA",
    'made up' as "SoftwareCode"
from authority;

create or replace temp table out_child as
select
    la_code,
    child_row as row_number,
    20 + 30 * child_row as line,
    child_id as "LAchildID",
    case when chance(id, 'pupil') < 0.93 then pseudonym('upn', '', id) end as "UPN",
    case when birth_day <= getvariable('last') then written(birth_day) end as "PersonBirthDate",
    case when getvariable('year') >= 2025 then chosen(id, 'sex', ['F', 'M']) end as "Sex",
    case when getvariable('year') < 2025 then chosen(id, 'sex', ['2', '1']) end as "GenderCurrent",
    chosen(id, 'ethnicity', ['WBRI', 'WBRI', 'WBRI', 'WOTH', 'MWBC', 'APKN', 'BAFR', 'OOTH']) as "Ethnicity"
from shown
group by all;

create or replace temp table out_cin_details as
select
    la_code,
    referral_row as row_number,
    child_row as parent_row,
    25 + 30 * referral_row as line,
    child_id as "LAchildID",
    written(day) as "CINreferralDate",
    chosen(case_id, 'source', ['1A', '2A', '2B', '3A', '3C', '5A', '6', '7', '8']) as "ReferralSource",
    chosen(case_id, 'need', ['N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N9']) as "PrimaryNeedCode",
    seen(closed) as "CINclosureDate",
    case when closed <= getvariable('last') then chosen(case_id, 'closure', ['RC1', 'RC6', 'RC7', 'RC8']) end
        as "ReasonForClosure",
    case when plan_start is not null and enquiry is null then seen(plan_start) end as "DateOfInitialCPC",
    case when is_nfa then '1' else '0' end as "ReferralNFA"
from shown;

create or replace temp table out_assessment as
select
    la_code,
    row_number() over (partition by la_code order by referral_row, place) as row_number,
    referral_row as parent_row,
    28 + 30 * referral_row as line,
    child_id as "LAchildID",
    written(started) as "AssessmentActualStartDate",
    seen(started + 10) as "AssessmentInternalReviewDate",
    seen(authorised) as "AssessmentAuthorisationDate"
from (
    -- one to begin with, and one more for each year that the case stays open
    select * exclude (place), number as place, day + 370 * cast(number as int) as started,
        started + 15 + cast(chance(case_id, 'took' || number) * 50 as int) as authorised
    from shown, unnest(range(1 + (closed - day) // 400)) as one (number)
    where not is_nfa and chance(case_id, 'assessed at all') < 0.95
)
where started <= getvariable('last') and authorised >= getvariable('first');

create or replace temp table out_section_47 as
select
    la_code,
    row_number() over (partition by la_code order by referral_row) as row_number,
    referral_row as parent_row,
    30 + 30 * referral_row as line,
    child_id as "LAchildID",
    written(enquiry) as "S47ActualStartDate",
    written(enquiry + 21) as "InitialCPCtarget",
    seen(coalesce(plan_start, case when chance(case_id, 'conference') < 0.1 then enquiry + 14 end))
        as "DateOfInitialCPC",
    case when plan_start is null then '1' else '0' end as "ICPCnotRequired"
from shown
where enquiry between getvariable('first') and getvariable('last');

create or replace temp table out_child_protection_plan as
select
    la_code,
    row_number() over (partition by la_code order by referral_row) as row_number,
    referral_row as parent_row,
    33 + 30 * referral_row as line,
    child_id as "LAchildID",
    written(plan_start) as "CPPstartDate",
    seen(plan_end) as "CPPendDate",
    chosen(case_id, 'abuse', ['NEG', 'EMO', 'PHY', 'SAB']) as "InitialCategoryOfAbuse",
    chosen(case_id, 'abuse at last', ['NEG', 'EMO', 'PHY', 'SAB']) as "LatestCategoryOfAbuse",
    least(place, 4) as "NumberOfPreviousCPP",
    plan_start,
    plan_end
from shown
where plan_start <= getvariable('last') and plan_end >= getvariable('first');

create or replace temp table out_plan_review as
select
    la_code,
    row_number() over (partition by la_code order by plan_row, day) as row_number,
    plan_row as parent_row,
    line + 4 as line,
    "LAchildID",
    written(day) as "CPPreviewDate"
from (
    select * exclude (row_number), row_number as plan_row, plan_start + 80 + 170 * cast(number as int) as day
    from out_child_protection_plan, unnest(range((plan_end - plan_start) // 170 + 1)) as one (number)
)
where day <= plan_end and day between getvariable('first') and getvariable('last');
