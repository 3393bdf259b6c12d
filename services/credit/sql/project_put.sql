-- $1 district, $2 project, $3 site, $4 enterprise, $5 manager, $6 area in m2
insert into project (district, project_id, site_id, enterprise_id, manager_id, area_m2) values ($1, $2, $3, $4, $5, $6)
on conflict (district, project_id) do update set site_id = excluded.site_id, enterprise_id = excluded.enterprise_id,
    manager_id = excluded.manager_id, area_m2 = excluded.area_m2
