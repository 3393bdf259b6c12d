-- $1 district, $2 ids: nobody else changes these rows until the end
select project_id from project where district = $1 and project_id = any($2::text[]) order by project_id for update
