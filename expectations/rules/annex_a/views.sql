-- Relations that several rules of the Annex A lists read, made once per return checked.

-- One row: the days the lists look at. Only their month is known, so they may have been drawn on any day of
-- it, and the window of six months before that day may reach back to the first day of the month six months earlier.
create view list_window as
select
  period_end as last_day,
  cast(date_trunc('month', period_end) as date) as earliest_day_drawn,
  cast(date_trunc('month', period_end) - interval 6 month as date) as half_year_from
from collection;

-- One row per row of lists 1 to 10: what it says of the child.
create view child_on_list as
select
  'list_1' as table_name, row_number, "Child Unique ID" as child_id, Gender, "Date of Birth", "Age of Child (Years)"
from list_1
union all
select 'list_2', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_2
union all
select 'list_3', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_3
union all
select 'list_4', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_4
union all
select 'list_5', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_5
union all
select 'list_6', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_6
union all
select 'list_7', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_7
union all
select 'list_8', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_8
union all
select 'list_9', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_9
union all
select 'list_10', row_number, "Child Unique ID", Gender, "Date of Birth", "Age of Child (Years)" from list_10;

-- One row per child protection plan.
create view plan as
select
  row_number,
  "Child Unique ID" as child_id,
  "Date of Birth" as birth,
  "Child Protection Plan Start Date" as starts_on,
  "Child Protection Plan End Date" as ends_on,
  "Child Protection Plan End Date_sent" is null as is_running,
  "Date of the Last Statutory Visit" as visited_on,
  "Date of the Last Statutory Visit_sent" is null as is_not_visited,
  "Date of latest review conference" as reviewed_on,
  "Date of latest review conference_sent" is null as is_not_reviewed,
  "Number of Previous Child Protection Plans" as previous_plans
from list_7;

-- One row per period of care.
create view care as
select
  row_number,
  "Child Unique ID" as child_id,
  "Date of Birth" as birth,
  "Date Started to be Looked After" as starts_on,
  "Date Ceased to be Looked After" as ends_on,
  "Date Ceased to be Looked After_sent" is null as is_running,
  "Reason Ceased to be Looked After" as reason_ceased,
  "Start date of current legal status" as legal_status_from,
  "Start Date of Most Recent Placement" as placed_on,
  "Date of Latest Statutory Review" as reviewed_on,
  "Date of Latest Statutory Review_sent" is null as is_not_reviewed,
  "Date of Last Social Work Visit" as visited_on,
  "Date of Last Social Work Visit_sent" is null as is_not_visited
from list_8;

-- One row per case of a child in need.
create view need as
select
  row_number,
  "Child Unique ID" as child_id,
  "CIN Start Date" as starts_on,
  "CIN Closure Date" as ends_on,
  "CIN Closure Date_sent" is null as is_running,
  "Reason for Closure" as reason_closed,
  "Case Status" as status
from list_6;
