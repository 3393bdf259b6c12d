-- $1 district, $2 site: nothing happens to it until the end
select site_id from site where district = $1 and site_id = $2 for share
