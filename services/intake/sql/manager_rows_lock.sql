-- $1 city, $2 ids: nobody else changes these rows until the end
select manager_id from manager where district = $1 and manager_id = any($2::text[]) order by manager_id for update
