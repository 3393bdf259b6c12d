-- $1 district, $2 project, $3 manager, $4 enterprise he ran it for
insert into project_manager (district, project_id, manager_id, enterprise_id) values ($1, $2, $3, $4)
on conflict (district, project_id, manager_id) do update set enterprise_id = excluded.enterprise_id
