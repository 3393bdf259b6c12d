-- $1 district, $2 site: its contracts stand as they are until the end
select project_id from project where district = $1 and site_id = $2 order by project_id for share
