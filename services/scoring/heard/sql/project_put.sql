-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 project, $3 site, $4 enterprise, $5 manager, $6 from, $7 to
insert into project (district, project_id, site_id, enterprise_id, manager_id, from_day, to_day)
values ($1, $2, $3, $4, $5, $6::date, $7::date)
on conflict (district, project_id) do update
   set site_id = excluded.site_id, enterprise_id = excluded.enterprise_id, manager_id = excluded.manager_id,
       from_day = excluded.from_day, to_day = excluded.to_day
