-- $1 district, $2 enterprise, $3 project or null, $4 site or null: where it serves or served
select p.site_id
from project p
where p.district = $1 and ($3::text is null or p.project_id = $3) and ($4::text is null or p.site_id = $4)
    and (p.enterprise_id = $2 or exists (select from project_manager m where m.district = p.district
        and m.project_id = p.project_id and m.enterprise_id = $2))
limit 1
