-- Relations that several rules of the children in need census read, made once per return checked.

-- One row per child in need plan, with the row of its child: plans are compared across all episodes of a child.
create view cin_plan_of_child as
select
  cin_plan.*,
  cin_details.parent_row as child_row
from cin_plan
inner join cin_details on cin_plan.parent_row = cin_details.row_number;

-- One row per child protection plan, with the row of its child.
create view protection_plan_of_child as
select
  child_protection_plan.*,
  cin_details.parent_row as child_row
from child_protection_plan
inner join cin_details on child_protection_plan.parent_row = cin_details.row_number;

-- One row: the 45th and the 15th working day before the census ends, its last working day being the first of them.
create view census_limit as
select
  max(working_day.day) filter (where working_day.number = ended.number - 44) as day_45_before_end,
  max(working_day.day) filter (where working_day.number = ended.number - 14) as day_15_before_end
from working_day
cross join (
  select max(working_day.number) as number
  from working_day
  inner join collection on working_day.day <= collection.period_end
) as ended;
