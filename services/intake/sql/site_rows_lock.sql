-- $1 district, $2 ids: nobody else changes these rows until the end
select site_id from site where district = $1 and site_id = any($2::text[]) order by site_id for update
