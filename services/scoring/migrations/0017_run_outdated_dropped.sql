-- Runs are compared with their inputs instead (services/scoring/run/outdated.h).
drop table run_outdated;
-- As before, with the reason.
create or replace view current_inspection as
select distinct on (district, programme_id, subject_id) *
  from inspection i
 where not exists (select from set_aside x where x.district = i.district and x.thing = 'sheet' and x.id = i.inspection_id)
 order by district, programme_id, subject_id, sheet desc;
