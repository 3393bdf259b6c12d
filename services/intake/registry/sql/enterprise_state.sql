-- $1 city, $2 enterprise
select name, state from enterprise where district = $1 and enterprise_id = $2
