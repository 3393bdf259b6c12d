-- $1 district, $2 project
select site_id, enterprise_id, manager_id, area_m2 from project where district = $1 and project_id = $2
