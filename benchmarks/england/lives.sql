-- Who was ever referred, looked after or employed, and when: of this each return shows a part.
--
-- Chance is a hash of the seed, whose it is and what for: the same rows come out on any number of threads.

create macro chance(id, what) as (hash(getvariable('seed'), id, what) % 1000000 + 0.5) / 1000000;
create macro waiting(id, what, mean) as cast(-ln(chance(id, what)) * mean as int);
create macro chosen(id, what, codes) as
    codes[1 + cast(hash(getvariable('seed'), id, what) % len(codes) as int)];
-- as long and as even as those that intake makes, and like them a child's own within its authority
create macro pseudonym(domain, la_code, id) as md5(concat_ws('|', getvariable('seed'), domain, la_code, id));

-- what is known on the last day of the year a return is about
create macro seen(day) as case when day <= getvariable('last') then cast(day as varchar) end;
create macro written(day) as cast(day as varchar);

-- authorities differ in size as they do: the largest has some fifteen times the children of the smallest
create table sized as
select la_code, 0.25 + 0.75 * least(-ln(chance(la_code, 'size')), 5) as size from authority;

create table child as
select
    la_code,
    row_number() over (order by la_code, number) as id,
    date '2009-04-01' + cast(chance(la_code || number, 'first') * 5843 as int) as first_day,
    first_day - cast(chance(la_code || number, 'age') * 17.4 * 365.25 as int) as birth_day,
    cast(1 + least(waiting(la_code || number, 'referrals', 1.09), 6) as int) as n_referrals
from sized, unnest(range(cast(1525 * 16 * size * getvariable('scale') as int))) as one (number);

-- A third is settled within days, a third with the assessment, the rest lasts.
create table referral as
with course as (
    select
        child.*,
        cast(id * 8 + place as bigint) as case_id,
        place,
        chance(case_id, 'course') as course,
        case
            when course < 0.15 then 0
            when course < 0.35 then cast(chance(case_id, 'short') * 15 as int)
            when course < 0.70 then 10 + cast(chance(case_id, 'assessed') * 50 as int)
            else 60 + waiting(case_id, 'lasting', 330)
        end as n_days,
        3 + waiting(case_id, 'gap', case when chance(case_id, 'soon') < 0.75 then 170 else 900 end) as gap
    from child, unnest(range(n_referrals)) as one (place)
)
select
    * exclude (n_days, gap, first_day, n_referrals),
    first_day + coalesce(cast(sum(n_days + gap) over (
        partition by id order by place rows between unbounded preceding and 1 preceding
    ) as int), 0) as day,
    day + n_days as closed,
    course < 0.15 as is_nfa,
    case
        when course >= 0.15 and chance(case_id, 'enquired') < 0.36
            then day + cast(chance(case_id, 's47') * 9 as int)
    end as enquiry,
    case when course > 0.87 then day + 20 end as plan_start,
    least(closed, plan_start + 60 + waiting(case_id, 'plan', 270)) as plan_end
from course
qualify day <= date '2025-03-31';

create table care_period as
with stay as (
    select
        la_code,
        id,
        first_day,
        birth_day,
        cast(id * 2 + place as bigint) as period_id,
        place,
        case when chance(period_id, 'short stay') < 0.2 then 1 + cast(chance(period_id, 'days') * 60 as int)
            else 60 + waiting(period_id, 'stay', 1300) end as n_days,
        60 + waiting(period_id, 'at home', 400) as gap
    from child, unnest(range(case when chance(id, 'returns') < 0.2 then 2 else 1 end)) as one (place)
    where chance(id, 'care') < 0.138
)
select
    la_code,
    id,
    birth_day,
    birth_day + 6575 as adult_day,
    period_id,
    first_day + 30 + coalesce(cast(sum(n_days + gap) over (
        partition by id order by place rows between unbounded preceding and 1 preceding
    ) as int), 0) as start_day,
    least(start_day + n_days, adult_day) as end_day,
    chance(period_id, 'short break') < 0.02 as is_short_break
from stay
qualify start_day < adult_day;

create table care_episode as
with numbered as (
    select
        *,
        cast(period_id * 128 + place as bigint) as episode_id,
        place,
        start_day + cast(floor(
            (end_day - start_day)
            * (place + case when place > 0 then 0.8 * chance(episode_id, 'day') else 0 end)
            / n_episodes
        ) as int) as episode_start,
        case when place = 0 then 'S'
            else chosen(episode_id, 'reason', ['L', 'L', 'L', 'P', 'P', 'P', 'P', 'P', 'B', 'T', 'U'])
        end as reason,
        -- a place is named by the episode that it began with
        max(case when reason in ('S', 'P', 'B', 'U') then episode_id end) over in_order as place_id,
        max(case when reason in ('S', 'L', 'B', 'U') then episode_id end) over in_order as status_id
    from (
        select *, cast(1 + least(floor((end_day - start_day) / 105), 120) as int) as n_episodes
        from care_period
    ), unnest(range(n_episodes)) as one (place)
    window in_order as (partition by period_id order by place)
)
select
    *,
    lead(reason) over following as next_reason,
    coalesce(lead(episode_start) over following, end_day) as episode_end,
    coalesce(lead(episode_start, 2) over following, end_day) as worker_end
from numbered
window following as (partition by period_id order by place);

create table post as
select
    la_code,
    row_number() over (order by la_code, number) as id,
    date '2005-10-01' + cast(chance(la_code || number, 'appointed') * 7300 as int) as start_day,
    start_day + waiting(id, 'tenure', 1460) as end_day,
    chance(id, 'agency') < 0.16 as is_agency
from sized, unnest(range(cast(50 * 20 * size * getvariable('scale') as int))) as one (number);
