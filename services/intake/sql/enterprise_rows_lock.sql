-- $1 city, $2 ids: nobody else changes these rows until the end
select enterprise_id from enterprise where district = $1 and enterprise_id = any($2::text[]) order by enterprise_id for update
