-- What several rules say in the same words. Append only: a rule of a past year must go on meaning what it meant.

-- whole years of age on a day; who is born on 29 February has a birthday on 1 March of a common year
create macro age_on(birth, day) as date_part('year', age(day, birth));

-- the same day n years later; 29 February becomes 28 February in a common year
create macro years_after(day, n) as cast(day + to_years(n) as date);

create macro years_before(day, n) as cast(day - to_years(n) as date);

-- a date as a date, and what is not one as the text that was sent: to compare what two years say
create macro given(day, sent) as coalesce(cast(day as varchar), sent);

-- the day that dd/mm/yyyy means, its unknown parts ZZ read as 01 (and ZZZZ as 2000); null where there is none
create macro earliest_day(sent) as cast(
  try_strptime(replace(replace(upper(sent), 'ZZZZ', '2000'), 'ZZ', '01'), '%d/%m/%Y') as date
);

-- the latest day that it can mean; null where it is neither a date nor one with unknown parts
create macro latest_day(sent) as case
  when not regexp_full_match(sent, '([0-9]{1,2}|ZZ)/([0-9]{1,2}|ZZ)/([0-9]{4}|ZZZZ)', 'i') then null
  when regexp_matches(sent, '/ZZ/', 'i') then years_after(earliest_day(sent), 1) - 1
  when regexp_matches(sent, '^ZZ', 'i') then last_day(earliest_day(sent))
  else earliest_day(sent)
end;

-- two distances in miles of one decimal: at least 0.2 apart, or only one of them known
create macro distance_differs(miles, other) as
coalesce(round(abs(miles - other), 1) >= 0.2, (miles is null) <> (other is null));

-- the check letter of a unique pupil number, from its characters 2 to 13; null unless they are digits
create macro upn_check_letter(upn) as substr(
  'ABCDEFGHJKLMNPQRTUVWXYZ',
  1 + (list_sum(list_transform(range(2, 14), lambda p: p * try_cast(upn[p] as integer))) % 23)::integer,
  1
);

-- looked-after children: in short breaks, one by one (V3) or under an agreement (V4)
create macro is_short_break(legal_status) as coalesce(legal_status in ('V3', 'V4'), false);

-- looked-after children: in a temporary placement
create macro is_temporary(placement) as coalesce(placement in ('T0', 'T1', 'T2', 'T3', 'T4'), false);

-- a postcode as it is compared: in upper case and without spaces
create macro postcode_key(postcode) as upper(replace(postcode, ' ', ''));
