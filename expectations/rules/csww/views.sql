-- Relations that several rules of the workforce census read, made once per return checked.

-- One row per CSWWWorker element: whether its post was held on the day of the census, or left in the year
-- before it. As in core_worker_post, an end after that day is not one yet, and what cannot be read is
-- neither.
create view post as
select
  worker.*,
  coalesce(worker.AgencyWorker = '1', false) as is_agency,
  coalesce(worker.AgencyWorker = '0', false) as is_employee,
  (worker.RoleEndDate_sent is null or coalesce(worker.RoleEndDate > collection.period_end, false))
  and coalesce(worker.RoleStartDate <= collection.period_end, true) as is_in_post,
  coalesce(worker.RoleEndDate between collection.period_start and collection.period_end, false) as has_left,
  collection.period_start,
  collection.period_end
from worker
cross join collection;

-- One row per worker's post that an employee held on the day of last year's census.
create view held_last_year as
select previous_worker.*
from previous_worker
cross join collection
where
  previous_worker.AgencyWorker = '0'
  and previous_worker.SWENo is not null
  and (previous_worker.RoleEndDate_sent is null or previous_worker.RoleEndDate >= collection.period_start)
  and coalesce(previous_worker.RoleStartDate < collection.period_start, true);
