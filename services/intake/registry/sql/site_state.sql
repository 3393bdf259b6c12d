-- $1 district, $2 site
select name, state from site where district = $1 and site_id = $2
