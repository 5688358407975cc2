-- Relations that several rules of the looked-after return read, made once per return checked.

-- One row per episode of a child with an id, in order: by start, an episode without a start last, ties as in the file.
-- next_ and previous_ are the neighbours of the same child; is_same_placement is about the one before.
create table episode_in_order as
select
  episodes.*,
  row_number() over in_order as number,
  count(*) over (partition by episodes.CHILD) as number_of_episodes,
  lag(episodes.DEC) over in_order as previous_DEC,
  lag(episodes.REC) over in_order as previous_REC,
  lag(episodes.LS) over in_order as previous_LS,
  lag(episodes.CIN) over in_order as previous_CIN,
  lag(episodes.PLACE) over in_order as previous_PLACE,
  lag(episodes.REASON_PLACE_CHANGE) over in_order as previous_REASON_PLACE_CHANGE,
  lag(episodes.PLACE) over in_order is not distinct from episodes.PLACE
  and lag(episodes.PLACE_PROVIDER) over in_order is not distinct from episodes.PLACE_PROVIDER
  and postcode_key(lag(episodes.PL_POST) over in_order) is not distinct from postcode_key(episodes.PL_POST)
  and lag(episodes.URN) over in_order is not distinct from episodes.URN as is_same_placement,
  lead(episodes.DECOM) over in_order as next_DECOM,
  lead(episodes.RNE) over in_order as next_RNE,
  lead(episodes.PLACE) over in_order as next_PLACE
from episodes
where episodes.CHILD is not null
window in_order as (
  partition by episodes.CHILD order by episodes.DECOM asc nulls last, episodes.row_number asc
);

-- One row per child looked after for the whole year, without a break and not in short breaks (V3, V4). A start on
-- 1 April or an end on 31 March breaks nothing.
create table continuously_looked_after as
with
episode as (
  select
    episodes.CHILD,
    episodes.LS,
    coalesce(
      episodes.DECOM <= collection.period_end
      and (episodes.DEC is null or episodes.DEC >= collection.period_start),
      false
    ) as is_in_year,
    coalesce(
      episodes.RNE = 'S'
      and episodes.DECOM > collection.period_start
      and episodes.DECOM <= collection.period_end,
      false
    ) as is_start_in_year,
    coalesce(
      episodes.REC is distinct from 'X1'
      and episodes.DEC >= collection.period_start
      and episodes.DEC < collection.period_end,
      false
    ) as is_end_in_year
  from episodes
  cross join collection
  where episodes.CHILD is not null
)
select CHILD
from episode
group by CHILD
having
  bool_or(is_in_year)
  and not bool_or(is_start_in_year or is_end_in_year or (is_in_year and is_short_break(LS)));

-- One row per unaccompanied asylum-seeking child of this year's return. XML says so in the header; in CSV files a row
-- in uasc says it.
create table asylum_seeking as
select CHILD
from header
where try_cast(UASC as double) = 1 and CHILD is not null
union
select CHILD
from uasc
where CHILD is not null and (select not is_xml from collection);

-- One row per unaccompanied asylum-seeking child of last year's return.
create table previous_asylum_seeking as
select CHILD
from previous_header
where try_cast(UASC as double) = 1 and CHILD is not null
union
select CHILD
from previous_uasc
where CHILD is not null and (select count(UASC) from previous_header) = 0;

-- One row per child who was one in either year; in CSV files a row in uasc says it that holds more than an id.
create table ever_asylum_seeking as
select CHILD
from asylum_seeking
where
  (select is_xml from collection)
  or CHILD in (select CHILD from uasc where coalesce(SEX, DOB_sent, DUC_sent) is not null)
union
select CHILD
from previous_asylum_seeking
where
  (select count(UASC) from previous_header) > 0
  or CHILD in (select CHILD from previous_uasc where coalesce(SEX, DOB_sent, DUC_sent) is not null);

-- One row per provider of the list given whose every entry in the list has ended: when the last of them did.
create view provider_ended as
select
  urn,
  max(try_cast(registration_end as date)) as ended_on
from providers
group by urn
having count(*) = count(try_cast(registration_end as date));

-- One row per episode in a run: consecutive episodes of a child under one legal status, each starting on the day the
-- one before ended; the days of the whole run. An open episode lasts to 31 March.
create table legal_status_run as
with
marked as (
  select
    episode_in_order.row_number,
    episode_in_order.number,
    episode_in_order.CHILD,
    episode_in_order.LS,
    episode_in_order.DECOM,
    coalesce(episode_in_order.DEC, collection.period_end) as ends_on,
    sum(
      if(
        episode_in_order.LS = episode_in_order.previous_LS
        and episode_in_order.DECOM = coalesce(episode_in_order.previous_DEC, collection.period_end),
        0,
        1
      )
    ) over (partition by episode_in_order.CHILD order by episode_in_order.number asc) as run
  from episode_in_order
  cross join collection
)
select
  row_number,
  CHILD,
  LS,
  last_value(ends_on) over (
    partition by CHILD, run order by number asc rows between unbounded preceding and unbounded following
  ) - min(DECOM) over (partition by CHILD, run) as days
from marked;

-- One row per episode in a spell under one legal status: a new spell begins when an episode starts after the end of the
-- child's last episode of that status; the days of all the spell's episodes. An open episode lasts to 31 March.
create table legal_status_spell as
with
in_order as (
  select
    episode_in_order.row_number,
    episode_in_order.number,
    episode_in_order.CHILD,
    episode_in_order.LS,
    episode_in_order.DECOM,
    coalesce(episode_in_order.DEC, collection.period_end) as ends_on
  from episode_in_order
  cross join collection
  where episode_in_order.DECOM is not null and episode_in_order.LS is not null
),
beginning as (
  select
    *,
    DECOM > lag(ends_on) over (partition by CHILD, LS order by number asc) as is_new_spell
  from in_order
),
spell as (
  select
    *,
    count(*) filter (where is_new_spell) over (partition by CHILD, LS order by number asc) as spell
  from beginning
)
select
  row_number,
  CHILD,
  LS,
  sum(ends_on - DECOM) over (partition by CHILD, LS, spell) as days
from spell;

-- One row per child: the first of its episodes this year that has a start.
create view first_episode as
select * from episode_in_order where number = 1 and DECOM is not null;

-- One row per child: the last of its episodes this year that has a start.
create view last_episode as
select * from episode_in_order where DECOM is not null and next_DECOM is null;

-- One row per child: the last of its episodes last year that has a start.
create table previous_last_episode as
select *
from previous_episodes
where CHILD is not null and DECOM is not null
qualify row_number() over (partition by CHILD order by DECOM desc, row_number desc) = 1;

-- One row per child whose last episode last year did not end.
create view open_last_year as
select * from previous_last_episode where DEC is null;

-- One row per stretch of care without a day between its episodes, whatever their legal status; an episode without
-- an end is followed by no gap. ends_on is null where the last of them is open.
create table unbroken_care as
with
marked as (
  select
    *,
    count(*) filter (where DECOM > previous_DEC) over (partition by CHILD order by number asc) as stretch
  from episode_in_order
  where DECOM is not null
)
select
  CHILD,
  min(DECOM) as starts_on,
  arg_max_null(DEC, number) as ends_on
from marked
group by CHILD, stretch;

-- One row per postcode of the list given: its authority and its grid reference in metres. Of a postcode that is
-- there twice, the row with a grid reference.
create table located as
select
  postcode_key(postcode) as postcode,
  area_code_ons,
  try_cast(easting as double) as easting,
  try_cast(northing as double) as northing
from postcodes
where postcode is not null
qualify row_number() over (partition by postcode_key(postcode) order by try_cast(easting as double) nulls last) = 1;

-- One row per episode: where its placement was, by its postcodes. PL_LA is the authority, PL_LOCATION whether that
-- is the one whose return it is (by its own code where the ONS gives it none), PL_DISTANCE the miles from home as
-- the crow flies.
create table episode_place as
select
  episodes.row_number,
  placement.area_code_ons as PL_LA,
  case
    when placement.area_code_ons = coalesce(own.area_code_ons, collection.la_code) then 'IN'
    when placement.area_code_ons is not null then 'OUT'
  end as PL_LOCATION,
  round(
    sqrt(pow(placement.easting - home.easting, 2) + pow(placement.northing - home.northing, 2)) / 1609.3, 1
  ) as PL_DISTANCE
from episodes
cross join collection
left join area as own on own.area_code = collection.la_code
left join located as home on home.postcode = postcode_key(episodes.HOME_POST)
left join located as placement on placement.postcode = postcode_key(episodes.PL_POST);

-- One row per episode of last year: the same.
create table previous_episode_place as
select
  previous_episodes.row_number,
  placement.area_code_ons as PL_LA,
  case
    when placement.area_code_ons = coalesce(own.area_code_ons, collection.la_code) then 'IN'
    when placement.area_code_ons is not null then 'OUT'
  end as PL_LOCATION,
  round(
    sqrt(pow(placement.easting - home.easting, 2) + pow(placement.northing - home.northing, 2)) / 1609.3, 1
  ) as PL_DISTANCE
from previous_episodes
cross join collection
left join area as own on own.area_code = collection.la_code
left join located as home on home.postcode = postcode_key(previous_episodes.HOME_POST)
left join located as placement on placement.postcode = postcode_key(previous_episodes.PL_POST);
