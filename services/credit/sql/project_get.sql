-- $1 district, $2 project, $3 manager: the project, and the enterprise he runs or ran it for (null: never)
select p.site_id, m.enterprise_id, p.area_m2
from project p
left join project_manager m on m.district = p.district and m.project_id = p.project_id and m.manager_id = $3
where p.district = $1 and p.project_id = $2
