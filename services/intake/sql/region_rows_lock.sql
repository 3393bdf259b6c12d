-- $1 district, $2 ids: nobody else changes these rows until the end
select code from region where district = $1 and code = any($2::text[]) order by code for update
