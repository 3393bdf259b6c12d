-- $1 city, $2 enterprise: nothing happens to it until the end
select enterprise_id from enterprise where district = $1 and enterprise_id = $2 for share
